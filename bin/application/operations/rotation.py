"""Rotating the key that seals: adopted by a fact, signed for by both keys, and then the old one retires."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.seal.formats.note import Signer
from adapters.seal.writer.signing import signer
from adapters.seal.writer.store import Log, NotSealed
from bin.application.application import Application
from bin.application.operations.record import operator_request, record
from bin.application.operations.sealing import adopt_key, seal_up, sealer, sealer_lock
from domain.operations.seal import RetireSealingKey
from domain.subject import LogId


def rotated(application: Application, log: Log, new: Signer, *, old_key_lost: bool) -> int:
    """Let the new key sign in the old one's place; how many records are sealed. Safe to kill and to repeat.

    Raises SealHalted, NotTheSealingKey, CannotSign, the law's Refused, or what sealing raises.
    """

    def signers(origin: str) -> Sequence[Signer]:
        return [new] if old_key_lost else [signer(application.settings, origin), new]

    with sealer(application, signers) as writer, sealer_lock(writer):
        adopted = writer.store.adopted()
        if not adopted:
            raise NotSealed
        if old_key_lost:
            writer.check()
        elif adopted[-1].key != new.key:
            # Nothing is adopted on top of a ledger that is not what was sealed.
            seal_up(writer)
        if adopted[-1].key != new.key:
            adopt_key(application, log, new.key, adopted[-1].key, operator_request(application))
        if not old_key_lost:
            seal_up(writer)
        for earlier in writer.store.adopted()[:-1]:
            if earlier.retired_at is None:
                record(application, RetireSealingKey(log=LogId(log.log), vkey=str(earlier.key)))
        return seal_up(writer).size
