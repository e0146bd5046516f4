"""`rigsbog verify documents` reads every document, tells what is wrong with each, and shows nothing of any."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from bin.application.documents import NAME_DOCUMENTS
from bin.application.operations import document_check
from bin.application.operations.document_check import DocumentState
from bin.cli import exits
from domain.entities import FACTS
from domain.subject import SubjectId, subject
from tests.bin.cli.test_letter_content import TEXT, Sent, cut, flip, link, pipe, write_another
from tests.bin.killed import Kill, Limit
from tests.bin.terminal import Said, Terminal, company, cpr, letter, person
from tests.forging import forging

pytestmark = pytest.mark.slow

ERASE = ("--basis", "GDPR art. 17(1)(d)", "--authority", "34051178", "--case", "2026-9")


@dataclass(frozen=True)
class Store:
    """A ledger with letters of two people, and a signed form."""

    terminal: Terminal
    anna: str
    bo: str
    letters: list[Sent]
    """To Anna; the last was deleted."""
    form: Path
    erased: Path


def sent(terminal: Terminal, folder: Path, recipient: str) -> Sent:
    before = set(terminal.documents())
    (line,) = terminal.submit(letter(folder, recipient))
    (file,) = set(terminal.documents()) - before
    return Sent(f"message:{line['message_uuid']}", file, file.read_bytes())


@pytest.fixture(scope="module")
def store(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("letters")
    _, anna, bo = terminal.register(company(), person(1), person(2))
    terminal.ok("run", "--once")
    letters = [sent(terminal, folder, cpr(1)) for _ in range(5)]
    form = folder / "form.pdf"
    form.write_bytes(b"signed")
    designate = ("nemkonto", "designate", anna, "--channel", "form", "--document", str(form))
    before = set(terminal.documents())
    terminal.ok(*designate, stdin="0040 0440116243")
    stored = min(set(terminal.documents()) - before, key=lambda file: file.stat().st_size)  # the other is a notice
    terminal.ok("open", letters[4].message, "--reader", anna, "--act", "delete")
    erased = sent(terminal, folder, cpr(2))
    terminal.ok("erase", bo, "--class", "post", *ERASE)
    return Store(terminal, anna, bo, letters, stored, erased.file)


WHOLE = {"whole": 6, "erased": 1, "deleted": 1, "missing": 0, "altered": 0, "unreadable": 0, "left": 0}


def checked(terminal: Terminal, *words: str) -> tuple[Said, dict[str, Any]]:
    said = terminal.run("verify", "documents", *words, "--json")
    (document,) = said.lines
    assert said.code == (exits.OK if document["ok"] else exits.DIFFERENT)
    return said, document


def last_fact(terminal: Terminal, name: str) -> tuple[int, str, dict[str, Any]]:
    with psycopg.connect(terminal.url) as connection:
        row: Any = connection.execute(
            "select position, actor, payload from ledger.record join ledger.fact_name using (fact)"
            " where name = %s order by position desc limit 1",
            [name],
        ).fetchone()
    position, actor, payload = row
    return position, actor, payload


def test_documents_that_are_whole_erased_or_deleted_are_as_they_should_be(store: Store) -> None:
    _, document = checked(store.terminal)
    assert (document["ok"], document["documents"], document["unnamed_files"]) == (True, WHOLE, 0)
    shown = store.terminal.ok("verify", "documents").out
    assert "ok    whole: 6 documents" in shown
    assert "Every document" in shown.splitlines()[-1]


def name_another_key(_: Terminal, file: Path, __: SubjectId) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:1] + uuid4().bytes + whole[17:])


DAMAGES: dict[str, tuple[str, Callable[[Terminal, Path, SubjectId], None]]] = {
    "a file that is gone": ("missing", lambda _, file, __: file.unlink()),
    "an empty file": ("altered", cut(0)),
    "a torn file": ("altered", cut(60)),
    "a flipped bit": ("altered", flip),
    "other bytes under the same key": ("altered", write_another),
    "a link": ("unreadable", link),
    "a pipe": ("unreadable", pipe),
    "the key of no vault": ("unreadable", name_another_key),
}


@pytest.mark.parametrize(("state", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_what_is_wrong_is_told_apart_and_named_by_position_and_message(
    store: Store, state: str, damage: Callable[[Terminal, Path, SubjectId], None]
) -> None:
    one = store.letters[1]
    damage(store.terminal, one.file, subject(store.anna))
    said, document = checked(store.terminal)
    _, shown = store.terminal.run("verify", "documents"), store.terminal.heard[-2]
    one.restore()

    assert document["documents"] == WHOLE | {"whole": 5, state: 1}
    (differing,) = document["differing"]
    (submission,) = [
        record["position"]
        for record in store.terminal.ok("history", one.message, "--json").lines[0]["records"]
        if record["fact"] == "MessageSubmitted"
    ]
    assert (differing["position"], differing["subject"]) == (submission, one.message)
    assert (differing["state"], one.file.name in differing["detail"]) == (state, True)
    (logged,) = [line for line in map(json.loads, said.err.splitlines()) if line.get("event") == "document_differs"]
    assert (logged["position"], logged["subject"], logged["state"]) == (submission, one.message, state)
    assert f"wrong {state}: 1 documents" in shown
    assert f"position {submission}, {one.message}" in shown
    assert TEXT not in said.out + said.err + shown


def test_the_form_of_a_designation_is_compared_too(store: Store) -> None:
    form = store.form
    whole = form.read_bytes()
    flip(store.terminal, form, subject(store.anna))
    _, document = checked(store.terminal)
    form.write_bytes(whole)
    (differing,) = document["differing"]
    assert (differing["state"], differing["subject"].partition(":")[0]) == ("altered", "designation")


def test_a_deleted_letter_that_came_back_and_an_erased_one_that_can_be_read_are_found(store: Store) -> None:
    deleted = store.letters[4]
    deleted.restore()
    _, document = checked(store.terminal)
    deleted.file.unlink()
    assert document["documents"] == WHOLE | {"deleted": 0, "left": 1}
    assert [each["subject"] for each in document["differing"]] == [deleted.message]

    erased = store.erased
    before = erased.read_bytes()
    write_another(store.terminal, erased, subject(store.bo))
    _, document = checked(store.terminal)
    erased.write_bytes(before)
    assert document["documents"] == WHOLE | {"erased": 0, "left": 1}


def test_files_that_no_fact_names_are_counted_and_hold_nothing_up(store: Store) -> None:
    folder = store.terminal.home / "documents"
    strays = [folder / "00" / f"00{str(uuid4())[2:]}", folder / "ff" / f"ff{str(uuid4())[2:]}", folder / "stray"]
    strays += [store.letters[0].file.with_name(".half.1a2b3c4d"), folder / "zz" / str(uuid4())]
    for stray in strays:
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"")
    _, document = checked(store.terminal)
    for stray in strays:
        stray.unlink()
    assert (document["ok"], document["unnamed_files"]) == (True, len(strays))


def test_a_damaged_fact_hides_no_other_document(store: Store) -> None:
    one = store.letters[2]
    with forging(store.terminal.url, "ledger.record") as owner:
        flipped = "set sealed = set_byte(sealed, 90, get_byte(sealed, 90) # 1)"
        where = "where position = (select min(position) from ledger.subject where subject = %s)"
        owner.execute(f"update ledger.record {flipped} {where}", [UUID(one.message.partition(":")[2])])
        _, document = checked(store.terminal)
        owner.execute(f"update ledger.record {flipped} {where}", [UUID(one.message.partition(":")[2])])
    assert document["documents"] == WHOLE | {"whole": 5, "unreadable": 1}
    (differing,) = document["differing"]
    assert "the fact that names it is damaged" in differing["detail"]


def test_the_operator_answers_for_the_check_and_its_result_is_on_record(store: Store) -> None:
    head = store.terminal.head()
    store.letters[0].file.unlink()
    with store.terminal.monkeypatch.context() as patch:
        patch.setenv("RIGSBOG_OPERATOR", "alice")
        checked(store.terminal, "--after", "3")
    store.letters[0].restore()
    position, actor, begun = last_fact(store.terminal, "DocumentCheckBegun")
    assert (position, actor, begun["after_position"], begun["until_position"]) == (head + 1, "operator:alice", 3, head)
    position, actor, found = last_fact(store.terminal, "DocumentsChecked")
    assert (position, actor) == (head + 2, "operator:alice")
    counts = {state.value: found[state.value] for state in DocumentState}
    assert counts == WHOLE | {"whole": 5, "missing": 1}
    assert store.terminal.head() == head + 2


@pytest.mark.kills
def test_a_killed_check_goes_on_where_its_progress_says(store: Store) -> None:
    head, before = store.terminal.head(), store.terminal.facts()
    batches = (Limit(document_check, "FACTS_A_BATCH", 2),)
    # The first call is for the first batch, the second for its missing document, the third for the next batch.
    kill = Kill(document_check._deleted, 3, "before", limits=batches)
    store.letters[0].file.unlink()
    store.terminal.killed(kill, "verify", "documents", "--json")
    store.letters[0].restore()
    progress = [json.loads(line) for line in store.terminal.heard[-1].splitlines()]
    (reached,) = [line for line in progress if line.get("register") == "documents"]
    assert reached["note"].startswith("go on with --after ")
    assert (reached["position"], reached["total"]) == (2, 8)
    (named,) = [line for line in progress if line.get("event") == "document_differs"]
    assert (named["subject"], named["state"]) == (store.letters[0].message, "missing"), "what was found is named"
    facts = store.terminal.facts()
    assert facts["DocumentCheckBegun"] == before.get("DocumentCheckBegun", 0) + 1
    assert facts.get("DocumentsChecked", 0) == before.get("DocumentsChecked", 0)

    _, document = checked(store.terminal, *reached["note"].removeprefix("go on with ").split())

    assert document["until"] == head + 1
    assert sum(document["documents"].values()) == 8 - 2


@pytest.mark.parametrize("words", [("documents", "ledger"), ("ledger", "--after", "3"), ("documents", "--save", "x")])
def test_documents_are_verified_alone(store: Store, words: tuple[str, ...]) -> None:
    assert store.terminal.run("verify", *words).code == exits.USAGE


def test_every_fact_that_names_a_document_is_known() -> None:
    naming = {
        fact
        for fact in FACTS.values()
        if "document" in fact.model_fields and fact.model_fields["document"].annotation == UUID | None
    }
    assert naming == set(NAME_DOCUMENTS)
