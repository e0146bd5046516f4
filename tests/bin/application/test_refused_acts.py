"""A refused act is recorded once for its command's id, which stays free for when the act is allowed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from adapters.ledger.entry import TooMuchContention
from bin.application.command_handler import CommandHandler
from bin.application.outcomes import RefusedBy
from domain.context import Request
from domain.operations.refusal import RecordRefusal
from domain.post.item_commands import HandleMessage, NotTheRecipient
from domain.post.message import Channel, Handling
from domain.subject import MessageId, PersonId
from tests.adapters.ledger.ledger_scenes import context, opened_handler, registration


def attempt(reader: PersonId) -> tuple[HandleMessage, Request]:
    """The opening of a letter that the reader did not get."""
    owner = PersonId(uuid4())
    command = HandleMessage(
        message=MessageId(uuid4()), reader=reader, owner=owner, channel=Channel.APP, handling=Handling.OPENED
    )
    request = context()
    return command, Request(
        authority=request.authority,
        actor=str(reader),
        command=request.command,
        correlation=request.correlation,
    )


def refusals(handler: CommandHandler, of: MessageId) -> int:
    return sum(record.name == "ActRefused" for record in handler.records(of))


def test_a_repeat_under_the_same_id_is_refused_again_and_recorded_once(database_url: str) -> None:
    with opened_handler(database_url) as handler:
        reader = PersonId(uuid4())
        handler.execute(registration(reader), context())
        command, request = attempt(reader)
        for _ in range(2):
            with pytest.raises(NotTheRecipient):
                handler.execute(command, request)
        assert refusals(handler, command.message) == 1
        assert handler.ledger.settle(request.command) is None

        outcomes = handler.execute_many([(command, request), attempt(reader)])
        assert [isinstance(outcome, RefusedBy) for outcome in outcomes] == [True, True]
        assert refusals(handler, command.message) == 1


def test_an_attempt_in_a_batch_is_recorded(database_url: str) -> None:
    with opened_handler(database_url) as handler:
        reader = PersonId(uuid4())
        handler.execute(registration(reader), context())
        first, second = attempt(reader), attempt(reader)
        handler.execute_many([first, second])
        assert [refusals(handler, command.message) for command, _ in (first, second)] == [1, 1]


def test_a_refusal_that_cannot_be_recorded_still_holds(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TooMuchContention

    with opened_handler(database_url) as handler:
        monkeypatch.setattr(RecordRefusal, "decide", fail)
        command, request = attempt(PersonId(uuid4()))
        with pytest.raises(NotTheRecipient):
            handler.execute(command, request)
