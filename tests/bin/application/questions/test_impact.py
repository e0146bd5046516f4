"""What rests on a corrected value, by hypothesis: a plain search of all decisions says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure import Reader
from bin.application.questions.impact import impact
from domain.command import AnyCommand, Refused
from domain.correction import CORRECTS, corrected_by, rests_on
from domain.danish_time import day_of
from domain.identity.birth_and_death import CorrectDeath, RecordDeath
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.names import PersonName
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.identity.residence import ResidenceKind
from domain.identity.residence_commands import EnterResidence
from domain.record import Record
from domain.subject import CprIndex, PersonId, SubjectId

READING = Reading(parse_cvr("34051178"), "rigsrevisorloven § 10", None)
PEOPLE = 2
SERIALS = count(1)
ACT = st.tuples(st.sampled_from(["die", "live", "rename", "leave"]), st.integers(0, PEOPLE - 1), st.integers(1, 3))
ACTS = st.lists(ACT, max_size=10)


@dataclass(frozen=True)
class Acted:
    """What was recorded of a command, what it consulted, and the head when it did."""

    facts: tuple[Record, ...]
    consulted: frozenset[tuple[str, SubjectId]]
    head: int


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_whatever_is_decided_the_list_is_that_of_a_plain_search(
    application: Application, acts: list[tuple[str, int, int]]
) -> None:
    people = [registered(application, nth) for nth in range(PEOPLE)]
    done_or_not = [execute(application, command(application, act, people[who], days)) for act, who, days in acts]
    acted = [done for done in done_or_not if done]
    records = [record for done in acted for record in done.facts]

    for correction in records:
        corrected = corrected_by(correction, [each for each in records if each.position < correction.position])
        if type(correction.event) not in CORRECTS or not corrected:
            continue
        states = {state for each in corrected for state in rests_on(each.event, correction.event)}
        expected = [
            done.facts[0].position
            for done in acted
            if done.consulted & states
            and corrected[0].position <= done.head
            and done.facts[-1].position < correction.position
        ]
        found = impact(application, correction.position, Reader(application, READING))
        assert [each.first_position for each in found.commands] == expected
        assert found.corrected == corrected


def registered(application: Application, nth: int) -> PersonId:
    """A person with a number that nobody has."""
    person = PersonId(uuid4())
    number = parse_cpr(f"610190{next(SERIALS):04}")
    name = PersonName(given="Anna", family=f"Prøve{nth}")
    execute(application, RegisterPerson(person=person, index=CprIndex(uuid4()), number=number, name=name))
    return person


def command(application: Application, act: str, person: PersonId, days: int) -> AnyCommand:
    """An act about the person; `days` tells one day from another."""
    day = day_of(application.ledger.now()) - timedelta(days=days)
    match act:
        case "die":
            return RecordDeath(person=person, died_on=day)
        case "live":
            return CorrectDeath(person=person)
        case "rename":
            return ChangeName(person=person, name=PersonName(given="Anna", family=f"Nyt{days}"), valid_from=day)
        case _:
            return EnterResidence(person=person, kind=ResidenceKind.ABROAD, valid_from=day)


def execute(application: Application, command: AnyCommand) -> Acted | None:
    """Execute it; None when nothing was recorded."""
    head = application.ledger.head()
    try:
        facts = application.execute(command, "employee:k7")
    except Refused:
        return None
    consulted = frozenset((each.entity.name, each.subject) for each in command.consults())
    return Acted(facts, consulted, head) if facts else None
