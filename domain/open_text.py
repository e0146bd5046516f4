"""Open text is stored unencrypted in facts and contexts and can never be removed: no CPR number may be in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.command import Refused
from domain.context import Context
from domain.errors import ErrorKind
from domain.fact import Event
from domain.identity.cpr import could_be_cpr

IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")
"""A UUID or a digest, which may look like a CPR number by chance."""


class NumberInOpenText(Refused):
    """A text of this act is stored unencrypted and can never be removed: the authority, the actor, the legal basis, the
    case, a reason, or who decided. It looks like it contains a CPR number. Remove it and try again.
    """

    kind = ErrorKind.BAD_INPUT


def check_open_text(facts: Iterable[Event], context: Context) -> None:
    """Raise NumberInOpenText, which does not show it, when an open text could hold a CPR number. GDPR art. 87."""
    texts = [context.authority, context.actor, context.legal_basis, context.case or ""]
    texts += [text for fact in facts for text in fact.open_texts()]
    if any(could_be_cpr(IDENTIFIER.sub("id", text)) for text in texts):
        raise NumberInOpenText
