"""Sealing: joins the sealer to the house, and keeps the ledger sealed beside whoever writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from adapters.postgres import connect
from adapters.seal.memory import Memory
from adapters.seal.policy import NotAPolicy, Policy
from adapters.seal.sealer import SealedElsewhere, Sealer
from adapters.seal.signing import SEAL_FOLDER, chosen_origin, signer
from adapters.seal.witnesses import Witnesses
from bin.desk.house import acting
from domain.seal import AdoptSealingKey
from domain.subject import LogId

if TYPE_CHECKING:
    from adapters.seal.note import Key, Signer
    from adapters.seal.sealer import Round
    from adapters.seal.store import Log
    from bin.desk.house import House

ACTOR = "system:sealer"
POLICY_VARIABLE = "RIGSBOG_WITNESS_POLICY"
"""Names a file that says which witnesses there are, and how many are enough."""
LEGAL_BASIS = "eIDAS (EU) 910/2014 art. 45l"
TURN_SECONDS_MAX = 10.0
"""How long to wait for another who is sealing."""
LOOK_SECONDS = 0.05


@contextmanager
def sealer(house: House, signers: Callable[[str], Sequence[Signer]] | None = None) -> Iterator[Sealer]:
    """The sealer of a house, on a connection of its own; by default the house's one key signs."""

    def own_signers(origin: str) -> Sequence[Signer]:
        return [signer(house.environment, house.home, origin)]

    def adopt(log: Log, key: Key) -> None:
        # The same id each time, so that a sealer that was killed in between records it once.
        command = uuid5(NAMESPACE_URL, f"{log.log} adopts {key}")
        wish = AdoptSealingKey(log=LogId(log.log), origin=log.origin, vkey=str(key))
        house.book.execute(wish, acting(ACTOR, LEGAL_BASIS, command=command))

    with (
        _witnesses(house.environment) as witnesses,
        connect(house.url, "rigsbog_seal", autocommit=True) as connection,
    ):
        yield Sealer(
            connection,
            signers or own_signers,
            Memory(house.home / SEAL_FOLDER),
            adopt=adopt,
            origin=lambda log: chosen_origin(house.environment, log),
            witnesses=witnesses,
        )


@contextmanager
def _witnesses(environment: Mapping[str, str]) -> Iterator[Witnesses | None]:
    """Who cosigns a checkpoint before it is published; None when nobody has to.

    Raises NotAPolicy or NoQuorumPossible.
    """
    named = environment.get(POLICY_VARIABLE)
    if not named:
        yield None
        return
    try:
        policy = Policy.at(Path(named))
    except OSError as error:
        raise NotAPolicy(
            f"The witness policy {named} cannot be read: {error.strerror}. Mend {POLICY_VARIABLE}."
        ) from error
    with closing(Witnesses(policy)) as witnesses:
        yield witnesses


def seal_now(house: House) -> Round:
    """Seal and publish everything up to the head, waiting for another who is sealing.

    Raises SealHalted, SealedElsewhere, NotTheSealingKey, NoSealKey, CannotSign or NotEnoughWitnesses.
    """
    deadline = time.monotonic() + TURN_SECONDS_MAX
    with sealer(house) as ours:
        while True:
            try:
                reached = ours.round()
            except SealedElsewhere:
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_SECONDS)
            else:
                if not reached.behind:
                    return reached
