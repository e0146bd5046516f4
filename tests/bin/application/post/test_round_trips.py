"""What an act upon a letter reads of it is read once, and what is compared is of one snapshot."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from adapters.ledger.ledger import PostgresLedger
from bin.application.application import Application
from bin.application.post import paper
from bin.application.post.open import ReaderAction, handle
from bin.application.post.submit import MessageSubmission
from bin.application.reactions.executor import caught_up
from domain.post.unavailability import UNAVAILABILITY
from domain.subject import MessageId, PersonId
from tests.bin.application.people.registered import register
from tests.bin.terminal import company, cpr, letter, person


def arrived(application: Application, folder: Path) -> tuple[PersonId, MessageId]:
    """A person, and a letter that has arrived."""
    who, _ = register(application, person(1), company())
    assert isinstance(who, PersonId)
    caught_up(application)
    file = letter(folder, cpr(1))
    (result,) = MessageSubmission(application).submit([(file.name, io.BytesIO(file.read_bytes()))])
    assert result.message_uuid is not None
    return who, MessageId(result.message_uuid)


def test_the_submission_of_a_letter_is_read_once_for_an_act_that_shows_it(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, message = arrived(application, tmp_path)
    asked: list[Any] = []
    entries = PostgresLedger.entries

    def counted(ledger: PostgresLedger, criteria: Any = (), **rest: Any) -> Any:
        asked.extend(criterion.facts for criterion in criteria)
        return entries(ledger, criteria, **rest)

    monkeypatch.setattr(PostgresLedger, "entries", counted)
    handled = handle(application, message, who, ReaderAction.OPEN)

    assert handled.contents is not None
    assert {record.context.case for record in handled.records} == {application.past.entries()[-1].context.case}
    # The letter with its submission before the act, and everything about it for the legal times after it.
    assert [facts is not None and "MessageSubmitted" in facts for facts in asked] == [True, False]


def test_what_a_letter_to_print_is_judged_by_is_of_one_snapshot(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, message = arrived(application, tmp_path)
    snapshots: list[int] = []
    consult = PostgresLedger.consult

    def counted(ledger: PostgresLedger, criteria: Any, *rest: Any) -> Any:
        snapshots.append(len(criteria))
        return consult(ledger, criteria, *rest)

    monkeypatch.setattr(PostgresLedger, "consult", counted)
    judged = list(paper._to_check(application, [who, who], [message, message]))

    assert [each[0] for each in judged] == [who, who]
    assert {type(each[4]) for each in judged} == {type(UNAVAILABILITY.opening)}
    assert snapshots == [8]
