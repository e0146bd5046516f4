"""Examples of the commands about the seal: its keys, its age limit, its witnesses, and the log that begins after it."""

from __future__ import annotations

from uuid import UUID

from domain.command import AnyCommand
from domain.fact import Event
from domain.operations.later_log import BeginLog
from domain.operations.seal import (
    AdoptSealingKey,
    RetireSealingKey,
    SealingKeyAdopted,
    SetSealAgeLimit,
    SetWitnessPolicy,
)
from domain.subject import THIS_LOG, LogId

ADOPTED = SealingKeyAdopted(log=THIS_LOG, origin="an origin", vkey="first", replaces=None)
LATER = ADOPTED.model_copy(update={"vkey": "second", "replaces": "first"})
LATER_LOG = LogId(UUID(int=8))

SEAL_EXAMPLES: tuple[tuple[str, tuple[Event, ...], AnyCommand], ...] = (
    ("eIDAS (EU) 910/2014 art. 45l", (), AdoptSealingKey(log=THIS_LOG, origin="an origin", vkey="first")),
    ("eIDAS (EU) 910/2014 art. 45l", (ADOPTED, LATER), RetireSealingKey(log=THIS_LOG, vkey="first")),
    ("eIDAS (EU) 910/2014 art. 45l", (), SetSealAgeLimit(log=THIS_LOG, max_age_seconds=60)),
    ("eIDAS (EU) 910/2014 art. 45l", (), SetWitnessPolicy(log=THIS_LOG, policy="quorum none\n")),
    (
        "eIDAS (EU) 910/2014 art. 45l",
        (ADOPTED,),
        BeginLog(
            log=LATER_LOG,
            origin="another origin",
            vkey="another",
            after=THIS_LOG,
            last_size=3,
            last_root="00",
            lost_size=5,
            lost_root="01",
            reason="a lost disk",
        ),
    ),
)
