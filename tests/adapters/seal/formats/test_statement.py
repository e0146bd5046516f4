"""No text that the log's key signs is of two kinds: a checkpoint, a statement about an answer, one about a bundle."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint
from adapters.seal.formats.note import COSIGNATURE_HEADER, NAME, Key, NotAKey, signed
from adapters.seal.formats.statement import answer_statement, bundle_statement
from tests.synthetic_log import FIRST

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FILES = st.dictionaries(TEXTS, st.binary(max_size=20), max_size=4)
HEADS = st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=4).map(lambda head: json.dumps(head).encode())
STATEMENTS = st.builds(answer_statement, st.just("answer/3"), st.binary(max_size=20)) | st.builds(
    bundle_statement, st.just("bundle/2"), HEADS, FILES
)
CHECKPOINTS = st.builds(
    Checkpoint, st.from_regex(NAME, fullmatch=True), st.integers(0, 2**60), st.binary(min_size=32, max_size=32)
)


@given(statement=STATEMENTS)
def test_a_statement_is_never_read_as_a_checkpoint(statement: str) -> None:
    with pytest.raises(NotACheckpoint):
        Checkpoint.read(statement)


@given(statement=STATEMENTS, checkpoint=CHECKPOINTS)
def test_neither_its_first_nor_its_second_line_can_be_that_of_a_checkpoint(
    statement: str, checkpoint: Checkpoint
) -> None:
    first, second = statement.split("\n")[:2]
    assert first != checkpoint.text.split("\n")[0]
    assert not second.isdecimal()
    assert not statement.startswith(COSIGNATURE_HEADER)


def test_no_log_has_the_name_of_a_form() -> None:
    for form in ("rigsbog answer/3", "rigsbog bundle/2"):
        with pytest.raises(NotAKey, match="neither spaces nor a plus sign"):
            Key(form, bytes(32))


def test_statements_about_two_answers_or_of_two_forms_differ() -> None:
    texts = {answer_statement("answer/3", b"one"), answer_statement("answer/3", b"two")}
    texts |= {bundle_statement("bundle/2", b"{}", {}), bundle_statement("bundle/2", b"{}", {"a": b""})}
    assert len(texts) == 4
    assert all(signed(text, FIRST).text == text for text in texts)
