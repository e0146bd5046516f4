"""Checks facts about the log's keys before the key signs them: anyone who may record facts could have forged them.

Everyone who trusts the log's key trusts a key that it adopts (docs/proofs.md, key history). So an adoption is sealed
only if the adopted key signs as well, which a forger who only writes to the database cannot do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import orjson

from adapters.seal.formats.note import Key
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.store import AdoptedKey

ABOUT_KEYS = "SealingKey"
"""The name of every such fact begins so."""
ADOPTED, RETIRED = "SealingKeyAdopted", "SealingKeyRetired"
ANY_ADOPTION = f"""
select min(position) from ledger.record join ledger.fact_name using (fact) where name = '{ADOPTED}'
"""  # noqa: S608 - only a literal of this module


def needed(adopted: Sequence[AdoptedKey]) -> list[Key]:
    """The keys that must sign now: the one adopted last, and each before it until a fact retires it.

    Raises SealMismatch when the last one is retired too.
    """
    newest = adopted[-1]
    if newest.retired_at is not None:
        raise SealMismatch(
            f"the fact at position {newest.retired_at} retires the key that signs, which no command does"
        )
    return [adoption.key for adoption in adopted if adoption.retired_at is None]


def check(position: int, fact: str | None, content: bytes, signing: Collection[str]) -> None:
    """Raise SealMismatch for a fact about keys that the signing keys, given as vkeys, must not sign."""
    if fact is None or not fact.startswith(ABOUT_KEYS):
        return
    record = orjson.loads(content)
    payload = record["payload"]
    if not isinstance(payload, dict):
        raise SealMismatch(f"the fact about keys at position {position} is damaged: its payload is not an object")
    vkey = payload.get("vkey")
    if record["fact"] == ADOPTED and vkey not in signing:
        raise SealMismatch(
            f"the fact at position {position} adopts a key that is not at hand: unless a rotation was broken off and "
            "its new key lost, somebody wrote it into the database"
        )
    if record["fact"] == RETIRED and vkey in signing:
        raise SealMismatch(
            f"the fact at position {position} retires a key that signs, and somebody wrote it into the database"
        )
