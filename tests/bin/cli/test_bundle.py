"""Bundles: evidence for a court that opens offline, verifies, is asked again, and is refused when it was changed."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bin.application.evidence.bundles import zip_files
from bin.cli import exits
from tests.bin.terminal import Terminal, company, cpr, letter, person
from tests.bin.verifier.flips import accepted, accepted_flips, bit_flipped, spread
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, seal, verdict
from tests.volume import part_or_whole

pytestmark = pytest.mark.slow

FLIPS = part_or_whole(400, 40_000)


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    return terminal.register(person(1), company())[0]


@pytest.fixture(scope="module")
def summons(terminal: Terminal, anna: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A summons that was served on Anna."""
    (line,) = terminal.submit(letter(tmp_path_factory.mktemp("letters"), cpr(1), legal_notification=True))
    terminal.ok("open", line["message_uuid"], "--reader", anna)
    return str(line["message_uuid"])


@pytest.fixture(scope="module")
def made(terminal: Terminal, summons: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A bundle of the summons with what was opened, and the log's key."""
    key, file = seal(terminal), tmp_path_factory.mktemp("bundles") / "summons.zip"
    bundle(terminal, summons, file, *FOR_A_CASE)
    return file, key


def bundle(terminal: Terminal, about: str, file: Path, *options: str) -> Any:
    """Write a bundle; the document that the command printed about it."""
    (document,) = terminal.ok("bundle", about, "--out", str(file), "--json", *options).lines
    return document


def files_in(file: Path) -> dict[str, bytes]:
    """What a bundle holds."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestWhatItHolds:
    def test_every_fact_has_a_proof_and_every_register_with_rows_an_answer(
        self, terminal: Terminal, summons: str, made: tuple[Path, str]
    ) -> None:
        files = files_in(made[0])
        facts = terminal.ok("history", f"message:{summons}", "--json").lines[0]["records"]

        assert [name for name in files if name.startswith("facts/")] == [
            f"facts/{one['position']:012}.tlog-proof" for one in facts
        ]
        assert {name.split("/")[1].split(".")[0] for name in files if name.startswith("answers/")} == {
            "messages",
            "receipts",
            "services",
            "sent_mail",
        }
        assert {"message.tlog-proof", "checkpoint", "KEYS", "verify_receipt.py", "MANIFEST"} < files.keys()

    def test_the_manifest_names_every_other_file_by_its_digest(self, made: tuple[Path, str]) -> None:
        files = files_in(made[0])
        form, head, *lines = files.pop("MANIFEST").decode().partition("\n\n")[0].splitlines()

        assert form == "rigsbog bundle/2"
        assert json.loads(head)["about"] == json.loads(files["bundle.json"])["about"]
        assert lines == [f"{sha256(content).hexdigest()}  {name}" for name, content in files.items()]

    def test_the_keys_come_with_a_warning_to_compare_them_elsewhere(self, made: tuple[Path, str]) -> None:
        text = files_in(made[0])["KEYS"].decode()

        assert made[1] in text.splitlines()
        assert "compare them with\nthe keys that the authority publishes elsewhere" in text
        assert "sammenlign dem med de\nnøgler, som myndigheden offentliggør et andet sted" in text

    def test_nothing_is_named_by_a_number_of_a_person(self, terminal: Terminal, anna: str, tmp_path: Path) -> None:
        seal(terminal)
        bundle(terminal, anna, tmp_path / "anna.zip", *FOR_A_CASE)

        assert not [name for name in files_in(tmp_path / "anna.zip") if cpr(1) in name]

    def test_the_same_state_gives_the_same_files_and_only_the_manifest_says_when_it_was_made(
        self, terminal: Terminal, summons: str, tmp_path: Path
    ) -> None:
        seal(terminal)
        bundle(terminal, summons, tmp_path / "a.zip")
        bundle(terminal, summons, tmp_path / "b.zip")
        once, again = files_in(tmp_path / "a.zip"), files_in(tmp_path / "b.zip")
        (earlier, later) = (files.pop("MANIFEST").decode().splitlines() for files in (once, again))

        assert once == again
        assert [lines[:1] + lines[2:-1] for lines in (earlier, later)] == [earlier[:1] + earlier[2:-1]] * 2
        assert json.loads(earlier[1]) | {"made": ""} == json.loads(later[1]) | {"made": ""}
        assert json.loads(earlier[1])["made"] < json.loads(later[1])["made"]

    def test_what_is_not_opened_is_nowhere_in_it(self, terminal: Terminal, summons: str, tmp_path: Path) -> None:
        seal(terminal)
        document = bundle(terminal, summons, tmp_path / "a.zip")

        assert document["opened"] == 0
        assert not [
            name for name, content in files_in(tmp_path / "a.zip").items() if "Prøveopkrævning".encode() in content
        ]

    def test_a_case_of_an_authority_is_a_bundle_too(self, terminal: Terminal, summons: str, tmp_path: Path) -> None:
        head = terminal.head()
        terminal.ok("as-of", "messages", f"message:{summons}", *FOR_A_CASE, "--case", "2026-17")
        key = seal(terminal)
        document = bundle(terminal, "case:34051178/2026-17", tmp_path / "a.zip")

        assert document["facts"] == 1
        assert f"facts/{head + 1:012}.tlog-proof" in files_in(tmp_path / "a.zip")
        assert verdict(tmp_path / "a.zip", key).code == VALID

    def test_only_what_was_known_then_is_in_it(self, terminal: Terminal, summons: str, tmp_path: Path) -> None:
        seal(terminal)
        records = terminal.ok("history", f"message:{summons}", "--json").lines[0]["records"]
        first = [one["position"] for one in records if one["command"] == records[0]["command"]]
        document = bundle(terminal, summons, tmp_path / "a.zip", "--known", str(first[-1]))

        assert len(records) > len(first)
        assert (document["facts"], document["known"], document["asked"]) == (len(first), first[-1], first[-1])

    @pytest.mark.parametrize(
        ("about", "code"),
        [
            ("case:34051178/none", exits.BAD_INPUT),
            ("case:34051178", exits.USAGE),
            ("message:b0000000-0000-4000-8000-000000000000", exits.BAD_INPUT),
            ("6101900001", exits.USAGE),
        ],
    )
    def test_there_is_no_bundle_of_an_unknown_subject(
        self, terminal: Terminal, summons: str, tmp_path: Path, about: str, code: int
    ) -> None:
        seal(terminal)
        said = terminal.run("bundle", about, "--out", str(tmp_path / "a.zip"))

        assert said.code == code
        assert "6101900001" not in said.err

    def test_an_unsealed_record_is_reported_before_anything_is_read(
        self, terminal: Terminal, anna: str, summons: str, tmp_path: Path
    ) -> None:
        terminal.ok("citizen", "rename", anna, stdin='{"given": "Anna", "family": "Prøvehansen"}')
        terminal.ok("citizen", "protect", anna)
        terminal.ok("citizen", "unprotect", anna)
        head = terminal.head()
        said = terminal.run("bundle", summons, "--out", str(tmp_path / "a.zip"), *FOR_A_CASE)

        assert said.code == exits.BUSY
        assert terminal.head() == head


class TestThePage:
    def test_what_a_field_holds_is_shown_and_never_obeyed(self, terminal: Terminal, anna: str, tmp_path: Path) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), label="<script>alert(1)</script>"))
        seal(terminal)
        bundle(terminal, line["message_uuid"], tmp_path / "a.zip", *FOR_A_CASE)
        page = files_in(tmp_path / "a.zip")["index.html"].decode()

        assert "<script" not in page
        assert "&lt;script&gt;" in page


class TestVerifyingAndAskingAgain:
    def test_it_verifies_offline_by_a_copy_of_the_verifier(self, made: tuple[Path, str]) -> None:
        said = verdict(*made)

        assert said.code == VALID
        assert "Prøveopkrævning" in said.out

    def test_its_registers_answer_again_from_its_records_alone(
        self, terminal: Terminal, summons: str, made: tuple[Path, str]
    ) -> None:
        file, key = made
        said = terminal.run("replay", str(file), "--key", key, "--json")
        (document,) = said.lines

        assert said.code == exits.OK
        assert document["key_named"]
        assert {(one["register"], one["equal"], one["same_declaration"]) for one in document["answers"]} == {
            ("messages", True, True),
            ("receipts", True, True),
            ("services", True, True),
            ("sent_mail", True, True),
        }

    def test_an_earlier_position_can_be_asked_of_it(
        self, terminal: Terminal, summons: str, made: tuple[Path, str]
    ) -> None:
        file, key = made
        facts = terminal.ok("history", f"message:{summons}", "--json").lines[0]["records"]
        submitted = [one["position"] for one in facts if one["command"] == facts[0]["command"]]
        ends = {one["command"]: one["position"] for one in facts}
        opened = next(ends[one["command"]] for one in facts if one["fact"] == "MessageOpened")
        document = {}
        for position in (submitted[0], submitted[-1], opened):
            words = ("messages", f"message:{summons}", "--known", str(position), "--key", key, "--json")
            (document[position],) = terminal.ok("replay", str(file), *words).lines
        ((row,),) = [one["rows"] for one in document[submitted[-1]]["answers"]]

        at = facts[0]["recorded_at"].replace("+00:00", "Z")
        assert (row["submitted_at"], row["available_at"], row["first_opened_at"]) == (at, at, None)
        assert document[submitted[-1]]["answers"][0]["equal"] is None
        assert document[opened]["answers"][0]["rows"][0]["first_opened_at"] is not None
        inside = document[submitted[0]]
        assert (inside["asked"], inside["known"], inside["answers"][0]["rows"]) == (submitted[0], submitted[0] - 1, [])

    def test_an_answer_that_its_facts_do_not_make_is_refused(
        self, terminal: Terminal, made: tuple[Path, str], tmp_path: Path
    ) -> None:
        files, changed = files_in(made[0]), tmp_path / "changed.zip"
        name = next(name for name in files if name.startswith("answers/messages"))
        files[name] = files[name].replace(b'"stage":"available"', b'"stage":"rejected"')
        changed.write_bytes(again(files))
        said = terminal.run("replay", str(changed), "--key", made[1])

        assert said.code == exits.DIFFERENT
        assert "wrong-row" in said.err

    @pytest.mark.volumes
    def test_no_bit_of_a_bundle_can_be_flipped(self, made: tuple[Path, str]) -> None:
        content = made[0].read_bytes()

        assert accepted_flips(content, spread(range(8 * len(content)), FLIPS), ("--key", made[1])) == []

    @pytest.mark.volumes
    def test_no_bit_of_a_file_in_a_bundle_can_be_flipped(self, made: tuple[Path, str]) -> None:
        files = files_in(made[0])
        for name, content in files.items():
            bits = spread(range(8 * len(content)), FLIPS // len(files))
            altered = (zip_files(files | {name: bit_flipped(content, bit)}) for bit in bits)
            assert accepted(altered, ("--key", made[1])) == [], name

    @pytest.mark.volumes
    def test_no_bit_of_a_proof_or_an_answer_can_be_flipped_though_the_signature_of_the_whole_is_taken_away(
        self, made: tuple[Path, str]
    ) -> None:
        files = files_in(made[0])
        proofs = [name for name in files if name.endswith((".tlog-proof", ".answer.json"))]
        for name in proofs:
            bits = spread(range(8 * len(files[name])), FLIPS // len(proofs))
            altered = (again(files | {name: bit_flipped(files[name], bit)}) for bit in bits)
            assert accepted(altered, ("--key", made[1])) == [], name

    def test_a_bundle_with_a_file_added_removed_or_renamed_is_refused(
        self, made: tuple[Path, str], tmp_path: Path
    ) -> None:
        files, changed = files_in(made[0]), tmp_path / "a.zip"
        altered = {f"added {name}": files | {name: b"more"} for name in ("more.txt", "facts/more.tlog-proof")}
        for name in {Path(name).suffix: name for name in files}.values():  # One of each kind of file.
            rest = {other: content for other, content in files.items() if other != name}
            altered |= {f"removed {name}": rest, f"renamed {name}": rest | {f"renamed-{name}": files[name]}}

        for what, content in altered.items():
            changed.write_bytes(zip_files(content))
            assert verdict(changed, made[1]).code != VALID, what

    def test_a_bundle_whose_page_or_verifier_was_replaced_is_refused_and_without_its_signature_not_called_signed(
        self, made: tuple[Path, str], tmp_path: Path
    ) -> None:
        files, changed = files_in(made[0]), tmp_path / "a.zip"
        fact = min(name for name in files if name.startswith("facts/"))
        left_out = {name: content for name, content in files.items() if name not in {fact, "message.tlog-proof"}}
        page = files | {"index.html": b"<h1>Forged page: served 1 January</h1>"}
        verifier = files | {"verify_receipt.py": b'print("VALID (gyldig)")'}
        for altered in (left_out, page, verifier):
            changed.write_bytes(zip_files(altered))
            assert verdict(changed, made[1]).code != VALID
            changed.write_bytes(again(altered))
            assert verdict(changed, made[1]).out.startswith("VALID (gyldig), but nobody has signed it as a whole")
        for name in ("../../../../tmp/evil_from_bundle", "a\nb"):
            changed.write_bytes(again(files | {name: b"x"}))
            assert verdict(changed, made[1]).out.startswith("wrong-name: ")

    def test_a_bundle_with_anything_before_or_after_the_zip_is_refused(
        self, made: tuple[Path, str], tmp_path: Path
    ) -> None:
        content, changed = made[0].read_bytes(), tmp_path / "a.zip"
        for altered in (b"<h1>Served</h1>" + content, b"PK<h1>" + content, content + b"more", content + b"\0"):
            changed.write_bytes(altered)
            assert verdict(changed, made[1]).code != VALID


def again(files: dict[str, bytes]) -> bytes:
    """A bundle of these files, with a manifest that fits them, and that nobody signed."""
    rest = {name: content for name, content in files.items() if name != "MANIFEST"}
    lines = [f"{sha256(rest[name]).hexdigest()}  {name}\n" for name in sorted(rest)]
    return zip_files(rest | {"MANIFEST": "".join(lines).encode()})


def test_what_is_no_bundle_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file, empty = tmp_path / "a.zip", io.BytesIO()
    with zipfile.ZipFile(empty, "w"):
        pass
    for content in (b"not a zip", empty.getvalue()):
        file.write_bytes(content)
        assert terminal.run("replay", str(file)).code == exits.DIFFERENT


def test_a_number_given_for_a_subject_is_answered_by_how_to_write_one_and_not_repeated(
    terminal: Terminal, tmp_path: Path
) -> None:
    for tool in ("bundle", "prove"):
        said = terminal.run(tool, "610190-1234", "--out", str(tmp_path / "a"))
        assert said.code == exits.USAGE
        assert "messageUUID" in said.err
        assert "1234" not in said.err


def test_a_bundle_that_cannot_be_replayed_is_refused_in_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    missing = terminal.run("replay", str(tmp_path / "none.zip"))
    assert (missing.code, "none.zip cannot be read: No such file" in missing.err) == (exits.BAD_INPUT, True)
    other = terminal.run("replay", str(tmp_path / "a.tlog-proof"))
    assert (other.code, "whose name ends in .zip" in other.err) == (exits.USAGE, True)
    (tmp_path / "a.zip").write_bytes(b"PK")
    wrong = terminal.run("replay", str(tmp_path / "a.zip"), "--key", "no-key")
    assert (wrong.code, "The public key cannot be used: a vkey is written name+id+base64" in wrong.err) == (
        exits.BAD_INPUT,
        True,
    )
