"""An altered file is never valid, and the verifier ends with 1 or 2 for it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bin.verifier.test_verify_answer import attested, letters_answer
from tests.bin.verifier.verifying import KEY, letters_log, letters_proof, verified
from tests.synthetic_log import FIRST, SECOND, bundle, canonical, signed_answer, signed_bundle

HEADS = (b"", b"PK\x03\x04", b"{", b"c2sp.org/tlog-proof@v1\nextra ")
PLACES = ("clock.served_at", "facts.0.index", "facts.1.path", "facts.0.opened.salt")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


KINDS = ("proof", "unsigned answer", "answer", "unsigned bundle", "bundle")


@cache
def files() -> dict[str, bytes]:
    """One valid file of each kind, and of the older forms of two of them."""
    proof, answer = letters_proof(), attested()
    whole = {
        "letter.tlog-proof": proof,
        "messages.answer.json": signed_answer(letters_answer()),
        "page.html": "<p>Læs</p>",
    }
    return {
        "proof": proof.encode(),
        "unsigned answer": answer.encode(),
        "answer": signed_answer(answer).encode(),
        "unsigned bundle": bundle(whole),
        "bundle": signed_bundle(whole),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_is_valid_before_it_is_altered(kind: str) -> None:
    assert verified(files()[kind]).code == 0


def test_only_the_signatures_of_keys_that_nobody_named_are_passed_over() -> None:
    log = letters_log()
    plain, more = (log.proof(3, note=note) for note in (log.checkpoint(FIRST), log.checkpoint(FIRST, SECOND)))
    signature = more.removeprefix(plain)
    assert signature.startswith("\N{EM DASH} ledger.example/trial ")
    altered = signature[:-20] + ("A" if signature[-20] != "A" else "B") + signature[-19:]
    assert verified(plain + altered).code == 0
    assert verified(plain + altered, given=(*KEY, "--key", str(SECOND.key))).word == "bad-signature"
    assert verified(plain + "odd\n").code == 2


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(choice=st.data())
def test_a_file_that_was_cut_doubled_or_shuffled_is_never_valid(kind: str, choice: st.DataObject) -> None:
    content = files()[kind]
    start, end = sorted(choice.draw(st.tuples(*[st.integers(0, len(content))] * 2), "where"))
    piece = content[start:end]
    made = choice.draw(
        st.sampled_from(
            [content[:start], content[start:], content[:start] + content[end:], content[:end] + piece + content[end:]]
        ),
        "what",
    )
    if verified(made).code == 0:
        assert read_by_kind(kind, made) == read_by_kind(kind, content)


def read_by_kind(kind: str, content: bytes) -> Any:
    """What a reader takes from a file: in an archive some places mean nothing, and a signature counts once."""
    match kind:
        case "bundle":
            return content
        case "unsigned bundle":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return {name: archive.read(name) for name in archive.namelist()}
        case "answer" | "unsigned answer":
            form = json.loads(content)
            notes = {name: signed_text(form[name]) for name in ("checkpoint", "signature") if name in form}
            return form | notes
        case _:
            return signed_text(content.decode())


def signed_text(note: str) -> tuple[str, set[str]]:
    text, _, signatures = note.rpartition("\n\n")
    return text, set(signatures.splitlines())


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0), bit=st.integers(0, 7))
def test_an_unsigned_bundle_with_a_bit_turned_is_valid_only_where_that_bit_means_nothing(place: int, bit: int) -> None:
    content = files()["unsigned bundle"]
    altered = bytearray(content)
    altered[place % len(content)] ^= 1 << bit
    if verified(bytes(altered)).code == 0:
        assert read_by_kind("unsigned bundle", bytes(altered)) == read_by_kind("unsigned bundle", content)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=300), head=st.sampled_from(HEADS))
def test_a_file_that_is_no_proof_is_not_readable(content: bytes, head: bytes) -> None:
    assert verified(head + content + b"\n").code in (1, 2)


@settings(max_examples=150, deadline=None)
@given(choice=st.data())
def test_a_proof_with_anything_else_than_its_parts_is_refused(choice: st.DataObject) -> None:
    head, extra, rest = letters_proof().split("\n", 2)
    form = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    name = choice.draw(st.sampled_from([*form, *PLACES]))
    *steps, last = [int(step) if step.isdigit() else step for step in name.split(".")]
    place = form
    for step in steps:
        place = place[step]
    before = canonical(form)
    place[last] = choice.draw(VALUES)
    after = canonical(form)
    made = f"{head}\nextra {base64.b64encode(after).decode()}\n{rest}"
    assert verified(made).code in ((0,) if before == after else (1, 2))


@settings(max_examples=100, deadline=None)
@given(choice=st.data())
def test_any_change_of_an_unsigned_answer_is_refused_unless_it_asks_less(choice: st.DataObject) -> None:
    form = json.loads(files()["unsigned answer"])
    before, size = canonical(form), form["known"] + 1
    place, last = choice.draw(
        st.sampled_from(
            [(form, name) for name in form]
            + [(form["declaration"], name) for name in form["declaration"]]
            + [(form["declaration"]["columns"][0], name) for name in ("name", "law", "setters")]
            + [(form["declaration"]["columns"][0]["setters"][0], name) for name in ("fact", "key", "source")]
        )
    )
    place[last] = choice.draw(VALUES)
    after = canonical(form)
    # The file may leave out its attestation, and may be of what was known when the attestation was recorded.
    asks_less = {canonical(json.loads(before) | part) for part in ({"attestation": None}, {"known": size})}
    assert verified(after + b"\n").code in ((0,) if after in {before, *asks_less} else (1, 2))


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.text(max_size=60) | st.just(str(FIRST.key)), max_size=6), blank=st.booleans())
def test_anything_else_than_a_checkpoint_is_refused(lines: list[str], blank: bool) -> None:
    note = "\n".join(lines) + ("\n\n" if blank else "\n") + "\N{EM DASH} ledger.example/trial AAAA\n"
    assert verified(letters_proof(note=note)).code in (1, 2)


def test_deep_json_long_numbers_and_wide_trees_end_quickly() -> None:
    log = letters_log()
    deep = base64.b64encode(b"[" * 200_000).decode()
    for extra in (deep, base64.b64encode(b"9" * 100_000).decode()):
        assert verified(f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex 0\n\n{log.checkpoint()}").code == 2
    note = log.checkpoint()
    signature = f"{note.splitlines()[-1]}\n"
    assert verified(log.proof(3, note=note + signature * 63)).code == 0
    assert verified(log.proof(3, note=note + signature * 64)).code == 2
