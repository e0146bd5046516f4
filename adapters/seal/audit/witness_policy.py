"""Checks that the newest publication was cosigned as the witness policy on record demands."""

from __future__ import annotations

from typing import Any

import psycopg

from adapters.seal.audit.checkpoints import published_size, with_cosignatures
from adapters.seal.formats.note import BadSignature, Key, NotANote, Note
from adapters.seal.witness.configured_policy import recorded_policy
from adapters.seal.witness.policy import NotAPolicy, WitnessPolicy
from domain.check import Check

NAME = "witness policy"


def policy_check(connection: psycopg.Connection[Any]) -> Check:
    """Compare the cosignatures of the newest published checkpoint with the policy that was in force for it.

    Who publishes without the witnesses must have recorded that they are not needed.
    """
    size = published_size(connection)
    recorded = recorded_policy(connection, size)
    if recorded.written is None:
        return Check(NAME, ok=True, detail=recorded.shown)
    try:
        policy = WitnessPolicy.read(recorded.written.encode("utf-8", "surrogateescape"))
    except NotAPolicy as error:
        return Check(NAME, ok=False, detail=f"the fact at position {recorded.position:,} states none: {error}")
    cosigned = _cosigned(connection, size)
    names = [witness.name for witness in policy.witnesses if cosigned is not None and _is_by(cosigned, witness.key)]
    said = f"of {size:,} records, by {', '.join(names) or 'no witness'}; wanted: {recorded.shown}"
    return Check(NAME, policy.enough(names), f"the newest publication is cosigned {said}")


def _cosigned(connection: psycopg.Connection[Any], size: int) -> Note | None:
    row = connection.execute("select coalesce(note, '') from seal.checkpoint where size = %s", [size]).fetchone()
    try:
        return None if row is None else Note.read(with_cosignatures(connection, size, row[0]))
    except NotANote:
        return None


def _is_by(note: Note, key: Key) -> bool:
    try:
        return bool(note.times(key))
    except BadSignature:
        return False
