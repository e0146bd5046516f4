"""Looks at what is overdue, for `rigsbog doctor` and `rigsbog verify`."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from adapters.keys.key_file import NoKey
from adapters.keys.vault import NotWhatWasEncrypted, WrongKey
from adapters.postgres.database import DatabaseUnavailable
from bin.application.application import Application
from bin.application.questions.overdue import Overdue, overdue
from domain.check import Check

NAME = "due times"


def look_at_due_times(application: Application, *, personal: bool) -> Check:
    """Whether all that has fallen due was executed; see `overdue`."""
    try:
        late = overdue(application, personal=personal)
    except (NoKey, WrongKey):
        return Check(NAME, ok=True, detail="not looked at: the law decides about them with the key-encryption key only")
    except NotWhatWasEncrypted as error:
        return Check(NAME, ok=False, detail=f"they cannot be read: {error}")
    except (DBAPIError, psycopg.Error, DatabaseUnavailable):
        return Check(NAME, ok=False, detail="they cannot be read: run `rigsbog migrate`")
    if late:
        acts = sum(each.acts for each in late)
        detail = f"{acts:,} acts are overdue: start `rigsbog run`, and find out who stopped it"
        return Check(NAME, ok=False, detail=detail, differing=tuple(map(_written, late)))
    hidden = "" if personal else "; `rigsbog verify` also looks at those whose day is personal"
    return Check(NAME, ok=True, detail=f"nothing is overdue{hidden}")


def _written(late: Overdue) -> str:
    return f"{late.kind}: {late.acts:,}, the first since {late.since.isoformat(timespec='seconds')}"
