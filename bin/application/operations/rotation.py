"""Rotating the key that seals: adopted by a fact, signed for by both keys, and then the old one retires."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.seal.formats.note import Signer
from adapters.seal.writer.sealer import Sealer
from adapters.seal.writer.signing import signer
from adapters.seal.writer.store import Log, NotSealed
from bin.application.application import Application
from bin.application.operations.record import operator_request, record
from bin.application.operations.sealing import adopt_key, sealer, sealer_lock
from domain.operations.seal import RetireSealingKey
from domain.subject import LogId


def rotated(application: Application, log: Log, new: Signer, *, old_key_lost: bool) -> int:
    """Let the new key sign in the old one's place; how many records are sealed. Safe to kill and to repeat.

    Raises SealHalted, NotTheSealingKey, CannotSign, the law's Refused, or what sealing raises.
    """

    def signers(origin: str) -> Sequence[Signer]:
        return [new] if old_key_lost else [signer(application.settings, origin), new]

    with sealer(application, signers) as ours, sealer_lock(ours):
        adopted = ours.store.adopted()
        if not adopted:
            raise NotSealed
        if old_key_lost:
            ours.check()
        elif adopted[-1].key != new.key:
            # Nothing is adopted on top of a ledger that is not what was sealed.
            _sealed_up(ours)
        if adopted[-1].key != new.key:
            adopt_key(application, log, new.key, adopted[-1].key, operator_request(application))
        if not old_key_lost:
            _sealed_up(ours)
        for earlier in ours.store.adopted()[:-1]:
            if earlier.retired_at is None:
                record(application, RetireSealingKey(log=LogId(log.log), vkey=str(earlier.key)))
        return _sealed_up(ours)


def _sealed_up(ours: Sealer) -> int:
    while (reached := ours.within_turn()).behind:
        continue
    return reached.size
