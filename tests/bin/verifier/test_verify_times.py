"""For every history of a message, the verifier reads the same legal clock from the facts as the domain does."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given, settings

from domain.entities import FACTS, NAMES
from domain.fact import Event
from domain.post.legal_times import LEGAL_TIMES, legal_times
from domain.record import Record
from domain.subject import MessageId
from tests.bin.verifier.verifying import verified
from tests.law import CONTEXT
from tests.projections.histories import Happened, histories, pool
from tests.synthetic_log import SyntheticLog

FIRST_MESSAGE, *_ = pool(MessageId)
ABOUT_MESSAGES: list[type[Event]] = [
    *dict.fromkeys(fact for time in LEGAL_TIMES for fact in time.facts),
    FACTS["ItemMarkedRead"],
    FACTS["ReceiptIssued"],
]


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None


@settings(max_examples=60, deadline=None)
@given(history=histories(ABOUT_MESSAGES, most=12))
def test_the_verifier_and_the_law_read_one_clock(history: list[Happened]) -> None:
    log, records = SyntheticLog(), list[Record]()
    behind: list[int] = []
    for fact in history:
        subjects = [str(subject) for subject in fact.event.subjects()]
        index = log.add(NAMES[fact.fact], *subjects, sealed=fact.sealed, **fact.payload)
        if FIRST_MESSAGE in subjects:
            behind.append(index)
            at = datetime.fromisoformat(json.loads(log.leaves[index])["recorded_at"])
            records.append(
                Record(position=index + 1, recorded_at=at, name=NAMES[fact.fact], event=fact.event, context=CONTEXT)
            )
    assume(behind)
    clock: dict[str, Any] = {name: instant(at) for name, at in asdict(legal_times(records)).items()}
    *others, last = behind
    facts = [log.entry(index) for index in others]

    assert verified(log.proof(last, message=FIRST_MESSAGE, clock=clock, facts=facts)).code == 0
    wrong = clock | {"served_at": None if clock["served_at"] else "2026-03-10T09:00:00.000000Z"}
    assert verified(log.proof(last, message=FIRST_MESSAGE, clock=wrong, facts=facts)).word == "wrong-clock"
