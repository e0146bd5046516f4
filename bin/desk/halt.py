"""Acknowledging that sealing halted: the operator's fact first, and then the halt is no longer open."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from adapters.postgres import connect
from bin.desk.operating import COMMANDS_NAMESPACE, keyless_book, operating
from domain.operation import SealHaltAcknowledged
from domain.operation_commands import AcknowledgeSealHalt
from domain.subject import LogId

if TYPE_CHECKING:
    from adapters.seal.store import Halt, Log
    from bin.desk.house import House

ACKNOWLEDGED = """
insert into seal.halt_acknowledged (halt, position)
select halt, %s from seal.halt h where not exists (select from seal.halt_acknowledged a where a.halt = h.halt)
"""


def acknowledged(house: House, log: Log, halt: Halt, reason: str) -> int:
    """Record that the halt is known, and close it; the position of the fact. Needs the owner's role."""
    book = keyless_book(house)
    wish = AcknowledgeSealHalt(log=LogId(log.log), position=halt.size, cause=halt.cause, reason=reason)
    told = uuid5(COMMANDS_NAMESPACE, f"{halt.halt} {reason}")
    book.execute(wish, operating(house.environment, legal_basis="GDPR art. 5(2)", command=told))
    position = max(one.position for one in book.records(LogId(log.log)) if isinstance(one.event, SealHaltAcknowledged))
    with connect(house.url, "rigsbog_owner", autocommit=True) as connection:
        connection.execute(ACKNOWLEDGED, [position])
    return position
