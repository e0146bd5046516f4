"""For whom, and in which case, an act upon a letter is recorded, where its caller does not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.ledger.entry import Criterion
from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf
from domain.context import Context
from domain.entities import NAMES
from domain.post.submission import MessageSubmitted
from domain.reactions import DIGITAL_POST
from domain.subject import MessageId

SUBMITTED = (NAMES[MessageSubmitted],)


def submitted_in(application: Application, messages: Iterable[MessageId]) -> Mapping[MessageId, Context]:
    """The context in which each message was submitted; a message that was not is left out."""
    criteria = [Criterion((message,), SUBMITTED) for message in dict.fromkeys(messages)]
    entries = application.ledger.entries(criteria) if criteria else ()
    return {MessageId(entry.subject.uuid): entry.context for entry in entries}


def as_submitted(application: Application, message: MessageId, stated: OnBehalf = OPERATOR) -> OnBehalf:
    """What its caller stated; for the rest the authority and the case of the letter."""
    context = submitted_in(application, [message]).get(message)
    if context is None:
        return stated
    return OnBehalf(stated.authority or context.authority, stated.case or context.case)


def as_handled(application: Application, message: MessageId, stated: OnBehalf = OPERATOR) -> OnBehalf:
    """What its caller stated; for the rest the solution, which answers for the mailbox, and the case of the letter."""
    return handled_in(submitted_in(application, [message]).get(message), stated)


def handled_in(submitted: Context | None, stated: OnBehalf = OPERATOR) -> OnBehalf:
    """The same, where the context in which the letter was submitted has been read; None: it was not submitted."""
    return OnBehalf(stated.authority or DIGITAL_POST, stated.case or (submitted.case if submitted else None))
