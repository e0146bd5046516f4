"""Looks at what is overdue, for `rigsbog doctor` and `rigsbog verify`."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from adapters.keys.key_file import NoKey
from adapters.keys.vault import NotWhatWasEncrypted, WrongKey
from adapters.postgres.database import DatabaseUnavailable
from bin.application.application import Application
from bin.application.questions.overdue import LOOK_BACK, DueActs, overdue
from domain.check import Check

NAME = "due times"
NOT_LOOKED_AT = Check(NAME, ok=False, detail="not looked at, because stored names were changed")


def look_at_due_times(application: Application, *, everything: bool) -> Check:
    """Whether all that has fallen due was executed; see `overdue`."""
    try:
        found = overdue(application, everything=everything)
    except (NoKey, WrongKey):
        return Check(NAME, ok=True, detail="not looked at: the law decides about them with the key-encryption key only")
    except NotWhatWasEncrypted as error:
        return Check(NAME, ok=False, detail=f"they cannot be read: {error}")
    except (DBAPIError, psycopg.Error, DatabaseUnavailable):
        return Check(NAME, ok=False, detail="they cannot be read: run `rigsbog migrate`")
    missed = "".join(f"; missed, and not asked for any more, {written(acts)}" for acts in found.missed)
    if found.late:
        many = sum(acts.acts for acts in found.late)
        detail = f"{many:,} acts are overdue: start `rigsbog run`, and find out who stopped it{missed}"
        return Check(NAME, ok=False, detail=detail, differing=tuple(map(written, found.late)))
    looked = "" if everything else f" of {LOOK_BACK.days} days; `rigsbog verify` looks at all, also at personal days"
    return Check(NAME, ok=True, detail=f"nothing is overdue{looked}{missed}")


def written(acts: DueActs) -> str:
    return f"{acts.kind}: {acts.acts:,}, the first since {acts.since.isoformat(timespec='seconds')}"
