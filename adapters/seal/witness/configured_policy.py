"""Reads the witness policy that the settings name, and the policies that the ledger's facts state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from adapters.seal.witness.policy import RECORDED_BYTES_MAX, NotAPolicy, WitnessPolicy
from adapters.settings import Settings

POSITION_MAX = 2**62
RECORDED = """
select r.position, r.payload ->> 'policy'
  from ledger.record r join ledger.fact_name n using (fact)
 where n.name = 'WitnessPolicySet' and r.position <= %s order by r.position desc limit 1
"""


@dataclass(frozen=True, slots=True)
class RecordedPolicy:
    """The witness policy in force by the ledger's own word, and the position of the fact; 0 when none was recorded."""

    position: int = 0
    written: str | None = None

    @property
    def shown(self) -> str:
        if not self.position:
            return "none was ever in force"
        quorum = "nobody has to cosign" if self.written is None else self.written.splitlines()[-1]
        return f"{quorum}, by the fact at position {self.position:,}"


def configured_policy(settings: Settings) -> WitnessPolicy | None:
    """The policy of RIGSBOG_WITNESS_POLICY; None when nobody has to cosign. Raises NotAPolicy."""
    if settings.witness_policy is None:
        return None
    try:
        policy = WitnessPolicy.at(settings.witness_policy)
    except OSError as error:
        raise NotAPolicy(
            f"The witness policy {settings.witness_policy} cannot be read: {error.strerror}. "
            "Correct RIGSBOG_WITNESS_POLICY."
        ) from error
    if not _recordable(policy.written):
        raise NotAPolicy(
            f"The witness policy {settings.witness_policy} cannot be recorded: without comments and URLs it has more "
            f"than {RECORDED_BYTES_MAX} bytes, or a name in it is not UTF-8. Name fewer witnesses, or rename it."
        )
    return policy


def _recordable(written: str) -> bool:
    try:
        return len(written.encode()) <= RECORDED_BYTES_MAX
    except UnicodeEncodeError:
        return False


def recorded_policy(connection: psycopg.Connection[Any], until: int = POSITION_MAX) -> RecordedPolicy:
    """The policy in force for a checkpoint of so many records; by default the last that was recorded."""
    row = connection.execute(RECORDED, [until]).fetchone()
    return RecordedPolicy() if row is None else RecordedPolicy(*row)
