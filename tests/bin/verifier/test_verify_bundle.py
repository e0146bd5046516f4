"""What the verifier accepts as a bundle, signed or not, and what it says of each file in it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from adapters.seal.formats.note import signed
from adapters.seal.formats.statement import bundle_statement
from bin import verify_receipt
from bin.application.evidence.bundles import zip_files
from tests.bin.verifier.test_verify_answer import letters_answer
from tests.bin.verifier.verifying import letters_log, letters_proof, verified
from tests.synthetic_log import (
    FIRST,
    LETTER,
    SECOND,
    STRANGER,
    WITNESS,
    bundle,
    canonical,
    signed_answer,
    signed_bundle,
)

PAGE = "<p>Forkyndt</p>"
FILES = {"a.tlog-proof": letters_proof(), "b.answer.json": signed_answer(letters_answer()), "index.html": PAGE}
NOBODY = "nobody has signed it"
UNSIGNED = "VALID (gyldig), but nobody has signed it as a whole (ikke underskrevet som helhed)"
Files = dict[str, bytes]


def unpacked(archive: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {one.filename: opened.read(one) for one in opened.infolist()}


def listed(files: Files) -> bytes:
    """The files with a MANIFEST that fits them, and that nobody signed."""
    rest = {name: content for name, content in files.items() if name != "MANIFEST"}
    lines = [f"{hashlib.sha256(rest[name]).hexdigest()}  {name}\n" for name in sorted(rest)]
    return zip_files(rest | {"MANIFEST": "".join(lines).encode()})


class TestEveryBundle:
    def test_it_proves_what_its_proofs_and_answers_prove_each_once(self) -> None:
        verdict = verified(bundle({**FILES, "c.tlog-proof": letters_proof()}))
        assert verdict.code == 0
        assert '"stage":"available"' in verdict.said
        assert "a.tlog-proof: position 4 of" in verdict.said
        assert len(set(verdict.said.splitlines())) == len(verdict.said.splitlines())
        assert verdict.said.count("openssl ts -verify") == 1

    def test_it_holds_just_what_its_manifest_lists_each_once(self) -> None:
        for good in (bundle(FILES), signed_bundle(FILES)):
            files = unpacked(good)
            assert verified(zip_files(files)).code == 0
            assert verified(zip_files(files | {"more.html": b"y"})).word == "wrong-manifest"
            assert verified(zip_files({name: files[name] for name in files if name != "index.html"})).code == 1
            assert verified(zip_files(files | {"index.html": b"y"})).word == "wrong-manifest"
        doubled = io.BytesIO()
        with zipfile.ZipFile(doubled, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("index.html", PAGE)
        assert verified(doubled.getvalue()).word == "wrong-name"

    def test_one_without_a_proof_or_an_answer_proves_nothing(self) -> None:
        assert verified(bundle({"page.html": "x"})).word == "empty-bundle"
        assert verified(signed_bundle({"page.html": "x"})).word == "empty-bundle"
        assert verified(bundle({})).word == "empty-bundle"

    def test_one_with_one_bad_proof_is_invalid(self) -> None:
        bad = letters_proof().replace("\n13\n", "\n14\n")
        for made in (bundle, signed_bundle):
            assert verified(made({"a.tlog-proof": letters_proof(), "b.tlog-proof": bad})).word == "bad-signature"
        assert verified(bundle({"a.tlog-proof": bundle({}).decode("latin-1")})).code == 2

    @pytest.mark.parametrize(
        "name",
        ["../evil", "/etc/evil", "a//b", "a/../b", "./a", "a/", ".profile", "-rf", "a b", "a\nb", "a\\b", "å", "c:a"],
    )
    def test_a_file_is_named_so_that_it_unpacks_where_it_belongs(self, name: str) -> None:
        for made in (bundle, signed_bundle):
            assert verified(made(FILES | {name: "x"})).word == "wrong-name"

    def test_no_two_files_have_one_name_on_a_computer_that_reads_both_cases_as_one(self) -> None:
        for made in (bundle, signed_bundle):
            assert verified(made(FILES | {"INDEX.html": "x"})).word == "wrong-name"

    def test_a_proof_with_its_suffix_in_capitals_is_verified_like_every_other(self) -> None:
        bad = letters_proof().replace("\n13\n", "\n14\n")
        for made in (bundle, signed_bundle):
            assert verified(made(FILES | {"X.TLOG-PROOF": letters_proof()})).code == 0
            assert verified(made(FILES | {"X.TLOG-PROOF": bad})).word == "bad-signature"
            assert verified(made(FILES | {"X.Answer.JSON": "{}\n"})).code == 2

    def test_nothing_stands_before_or_after_the_archive(self) -> None:
        for good in (bundle(FILES), signed_bundle(FILES)):
            assert verified(good).code == 0
            for altered in (PAGE.encode() + good, b"PK<h1>" + good, b"PK\x03\x04" + good, good + b"\0", good + good):
                assert verified(altered).code in (1, 2)

    def test_one_that_would_not_fit_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = bundle({"a.tlog-proof": letters_proof(), "zeros": "0" * 2_000_000})
        assert len(made) < 100_000
        monkeypatch.setattr(verify_receipt, "FILE_BYTES_MAX", 1_000_000)
        assert verified(made).word == "oversized"

    def test_an_archive_that_declares_less_than_it_holds_is_refused(self) -> None:
        content = bundle({"letter.tlog-proof": letters_proof(), "page.html": "x" * 5_000})
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = archive.getinfo("page.html").file_size.to_bytes(4, "little")
        assert content.count(size) > 1
        assert verified(content.replace(size, (10).to_bytes(4, "little"))).code in (1, 2)


class TestAnUnsignedBundle:
    def test_it_is_valid_and_of_each_other_file_and_of_the_whole_it_is_said_that_nobody_signed(self) -> None:
        verdict = verified(bundle(FILES))
        _, _, unproved = verdict.said.partition("Not proved (ikke bevist):")
        assert verdict.code == 0
        assert verdict.said.startswith(f"{UNSIGNED}: ")
        assert f"what index.html says: {NOBODY}" in unproved
        assert "that the bundle is whole: nobody has signed its MANIFEST" in unproved
        assert "is a file of the bundle as it was made" not in verdict.said

    def test_a_signed_bundle_whose_signature_was_taken_away_is_said_to_be_signed_by_nobody(self) -> None:
        files = unpacked(signed_bundle(FILES)) | {"index.html": b"<h1>Served 1 January</h1>"}
        assert verified(listed(files)).said.startswith(f"{UNSIGNED}: ")
        assert f"what index.html says: {NOBODY}" in verified(listed(files)).said

    def test_a_later_form_is_not_taken_for_one(self) -> None:
        files = unpacked(signed_bundle(FILES))
        files["MANIFEST"] = files["MANIFEST"].replace(b"bundle/2", b"bundle/3")
        assert verified(zip_files(files)).word == "unknown-form"


class TestASignedBundle:
    def test_every_file_is_covered_by_the_signature_and_it_is_said_by_whom_about_whom_and_when(self) -> None:
        verdict = verified(signed_bundle(FILES))
        _, _, stated = verdict.said.partition("Stated by the authority, who signed it")
        assert verdict.code == 0
        assert verdict.said.startswith("VALID (gyldig): ")
        assert NOBODY not in verdict.said
        assert "index.html is a file of the bundle as it was made" in stated
        made = f"the bundle of {LETTER} was made at 2026-03-10T10:00:00.000000Z of just these files"
        assert f"{made}: {FIRST.name} signed it (a key you named)" in stated

    @pytest.mark.parametrize("name", FILES)
    def test_with_a_file_replaced_left_out_or_renamed_it_is_refused(self, name: str) -> None:
        files = unpacked(signed_bundle(FILES | {"c.tlog-proof": letters_log().proof(0)}))
        rest = {other: content for other, content in files.items() if other != name}
        replaced = letters_log().proof(2).encode()
        for altered in (rest | {name: replaced}, rest, rest | {f"new-{name}": files[name]}):
            assert verified(zip_files(altered)).code in (1, 2)

    def test_only_the_logs_own_key_signs_it(self) -> None:
        assert verified(signed_bundle(FILES, SECOND, FIRST)).code == 0
        for signers in ((STRANGER,), (WITNESS,)):
            assert verified(signed_bundle(FILES, *signers)).word == "wrong-key"
        files = unpacked(signed_bundle(FILES))
        for note in (letters_log().checkpoint(), FILES["a.tlog-proof"].partition("\n\n")[2]):
            assert verified(zip_files(files | {"MANIFEST": note.encode()})).word == "wrong-manifest"

    def test_it_names_the_checkpoint_of_its_proofs(self) -> None:
        for more in ({"size": 12}, {"origin": "ledger.example/elsewhere"}):
            assert verified(signed_bundle(FILES, **more)).word == "wrong-manifest"
        earlier = letters_log().proof(2, note=letters_log().checkpoint(size=13))
        assert verified(signed_bundle(FILES | {"c.tlog-proof": earlier})).code == 0
        log = letters_log()
        log.add("PersonRegistered", LETTER)
        assert verified(signed_bundle(FILES | {"c.tlog-proof": log.proof(2)})).word == "wrong-manifest"

    @pytest.mark.parametrize("head", [{}, {"about": 1}, {"size": "13"}, {"size": True}, {"made": None}, {"more": 1}])
    def test_its_head_has_just_its_members(self, head: dict[str, Any]) -> None:
        whole = {"about": LETTER, "made": "2026-03-10T10:00:00.000000Z", "origin": FIRST.name, "size": 13}
        content = {name: text.encode() for name, text in FILES.items()}
        written = canonical(whole | head) if head else json.dumps(whole).encode()
        note = str(signed(bundle_statement("bundle/2", written, content), FIRST))
        assert verified(zip_files(content | {"MANIFEST": note.encode()})).code in (1, 2)

    def test_a_key_that_a_proof_in_it_leads_to_signs_it_for_a_reader_of_the_older_one(self) -> None:
        log = letters_log()
        payload: dict[str, Any] = {"origin": FIRST.name, "vkey": str(SECOND.key), "replaces": str(FIRST.key)}
        adopted = log.add("SealingKeyAdopted", "log:00000000-0000-4000-8000-000000000001", **payload)
        history = log.proof(adopted, note=log.checkpoint(SECOND, FIRST))
        proof = log.proof(3, note=log.checkpoint(SECOND), keys=[history])
        assert verified(signed_bundle({"a.tlog-proof": proof}, SECOND, size=14)).code == 0
        without = log.proof(3, note=log.checkpoint(SECOND, FIRST))
        assert verified(signed_bundle({"a.tlog-proof": without}, SECOND, size=14)).word == "wrong-key"

    @pytest.mark.parametrize(
        "writing",
        [
            lambda archive, name: setattr(archive, "comment", b"Served 1 January"),
            lambda archive, name: setattr(archive.getinfo(name), "extra", b"\xff\xff\x01\0x"),
            lambda archive, name: setattr(archive.getinfo(name), "comment", b"x"),
            lambda archive, name: setattr(archive.getinfo(name), "external_attr", 0o777 << 16),
            lambda archive, name: setattr(archive.getinfo(name), "date_time", (2026, 1, 1, 0, 0, 0)),
        ],
        ids=["archive's comment", "extra field", "file's comment", "mode", "time"],
    )
    def test_its_archive_has_no_place_that_means_nothing(self, writing: Callable[[zipfile.ZipFile, str], None]) -> None:
        file = io.BytesIO(signed_bundle(FILES))
        with zipfile.ZipFile(file, "a") as archive:
            writing(archive, "index.html")
            vars(archive)["_didModify"] = True  # The library writes the directory anew only then.
        assert verified(file.getvalue()).word == "wrong-archive"

    def test_its_archive_has_one_order_no_compression_and_no_gap(self) -> None:
        good = signed_bundle(FILES)
        files = unpacked(good)
        for method, names in ((zipfile.ZIP_DEFLATED, sorted(files)), (zipfile.ZIP_STORED, sorted(files)[::-1])):
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w", method) as archive:
                for name in names:
                    archive.writestr(zipfile.ZipInfo(name), files[name], method)
            assert verified(made.getvalue()).word == "wrong-archive"
        directory = good.index(b"PK\x01\x02")
        gap = bytearray(good[:directory] + b"hidden" + good[directory:])
        gap[-6:-2] = (directory + 6).to_bytes(4, "little")
        assert verified(bytes(gap)).word == "wrong-archive"
        assert unpacked(bytes(gap)) == files

    def test_the_archive_that_the_page_describes_is_the_one_that_is_written(self) -> None:
        files = unpacked(signed_bundle(FILES))
        assert verify_receipt.archive_of(files) == zip_files(files)
