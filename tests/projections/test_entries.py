"""The registers of entries, at every known position and on every day, say what a plain list of days says."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from bin.application.questions.as_of import Question
from domain.command import Refused
from domain.entry import Entered, Entries, EntrySource
from domain.fact import SEALED, Event
from domain.identity.authority import AuthorityKind, SendingRight
from domain.identity.entry_commands import MATTERS, MatterName
from domain.identity.mandate import MandateKind, MandateScope
from domain.identity.parent import ParentKind
from domain.identity.person_address import AddressKind
from domain.identity.protection import ProtectionScope
from domain.identity.residence import ResidenceKind
from domain.matter import Matter
from domain.policy import PARENTS_MAX
from domain.post.exemption import ExemptionReason
from domain.subject import CompanyId, EntryId, PartyId, PersonId
from projections.catalogue import REGISTERS
from projections.columns import Row
from projections.declare import Register
from projections.engine.as_of import rows_as_of
from projections.engine.compile import Range, rows
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from tests.plain_entries import ACTS, CORRECTIONS, DAYS, FIRST_DAY, Act, Acting, PlainEntries, entry_id, happened
from tests.projections.histories import Happened, put_commands

ANNA, BO, CARL = (PersonId(UUID(int=nth)) for nth in (7, 8, 9))
FIRM = CompanyId(UUID(int=10))
POWER = {"party": ANNA, "held_by": BO, "kind": MandateKind.READ, "scope": MandateScope.ALL}
STATED: Mapping[MatterName, tuple[Mapping[str, Any], ...]] = {
    MatterName.PERSON_NAME: ({"party": ANNA},),
    MatterName.PERSON_ADDRESS: (
        {"party": ANNA, "kind": AddressKind.HOME, "municipality": "0101"},
        {"party": ANNA, "kind": AddressKind.CONTACT},
    ),
    MatterName.RESIDENCE: ({"party": ANNA, "kind": ResidenceKind.ABROAD},),
    MatterName.PROTECTION: tuple(
        {"party": ANNA, "scope": scope, "rule": None}
        for scope in (ProtectionScope.NAME_ADDRESS, ProtectionScope.MARKETING)
    ),
    MatterName.COMPANY_NAME: ({"party": FIRM},),
    MatterName.COMPANY_ADDRESS: ({"party": FIRM},),
    MatterName.FIRM_OWNER: ({"party": FIRM, "owner": ANNA},),
    MatterName.CONTACT_POINT: (
        {"party": FIRM, "contact_point": UUID(int=1), "name": "Skat"},
        {"party": FIRM, "contact_point": UUID(int=2), "name": "Told"},
    ),
    MatterName.AUTHORITY: ({"party": FIRM, "kind": AuthorityKind.STATE},),
    MatterName.SENDING_RIGHT: (
        {"party": FIRM, "kind": SendingRight.PUBLIC_SENDER},
        {"party": FIRM, "kind": SendingRight.MANDATORY},
    ),
    MatterName.MANDATE: (POWER, POWER | {"scope": MandateScope.MAIL}),
    MatterName.PARENT: tuple(
        {"party": ANNA, "parent": parent, "kind": ParentKind.FATHER, "rule": str(next(iter(PARENTS_MAX)))}
        for parent in (BO, CARL)
    ),
    MatterName.EXEMPTION: ({"party": ANNA, "reason": ExemptionReason.OTHER, "rule": None},),
}
"""The fields of each matter's own, for one track of it or two."""


def register_of(matter: Matter) -> Register:
    """The register that has a row for each entry of the matter."""
    keyed = (each for each in REGISTERS if [column.name for column in each.table.primary_key] == ["entry"])
    (register,) = (each for each in keyed if set(matter.facts) <= set(each.facts))
    return register


def acting(name: MatterName) -> Acting:
    """Enters entries with what is stated of the matter; the names of the tracks are their places in STATED."""
    entered = MATTERS[name].facts[0]

    def enter(entry: EntryId, track: str, begins: date, ends: date | None) -> Entered:
        days = {"entry": entry, "valid_from": begins, "valid_to": ends, "source": EntrySource.AUTHORITY}
        return entered.model_validate({**dict.fromkeys(entered.personal, SEALED), **STATED[name][int(track)], **days})

    return Acting(MATTERS[name], ("0", "1"), enter)


def of_one_track(act: Act) -> Act:
    """The act with the first track in the place of any."""
    match act:
        case ("enter" | "enter_or_correct", _, *rest):
            return (act[0], 0, *rest)
        case ("correct", named, _, *rest):
            return (act[0], named, 0, *rest)
        case _:
            return act


@pytest.mark.parametrize("name", MATTERS)
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS | CORRECTIONS, min_size=1, max_size=8))
def test_at_every_known_position_on_every_day_the_register_of_each_matter_says_what_a_plain_list_says(
    owner: Engine, projecting: Engine, name: MatterName, acts: list[Act]
) -> None:
    assert projecting.dialect.name == "postgresql"
    register, party = register_of(MATTERS[name]), STATED[name][0]["party"]
    possible = acts if len(STATED[name]) > 1 else [of_one_track(act) for act in acts]
    with owner.connect() as connection:
        believed = recorded(connection, acting(name), possible)
        for position, (plain, entries) in believed.items():
            of_the_party = rows_as_of(connection, register, party, position)
            check(register, of_the_party, plain, position, party)
            assert ends(of_the_party) == {
                period.entry.uuid: (period.valid_to, period.end.cause if period.end else None)
                for period in entries.periods
            }
        last = max(believed)
        built = connection.execute(rows(register, read_names(connection), Range(0, last))).mappings()
        check(register, [dict(row) for row in built], believed[last][0], last, party)
        connection.rollback()


def recorded(connection: Connection, acting: Acting, acts: list[Act]) -> dict[int, tuple[PlainEntries, Entries]]:
    """Record what each act decides; what the reference and decisions say after each, by the position reached."""
    at_once = acting.matter.facts[0].may_end_at_once
    state, plain = acting.matter.entity.opening, PlainEntries(may_end_at_once=at_once)
    believed = {head(connection): (deepcopy(plain), state)}
    for nth, act in enumerate(acts):
        try:
            facts = acting.decided(state, act, nth)
        except Refused:
            facts = []
        happened(plain, act, nth)
        if facts:
            put_commands(connection, [[as_stored(fact) for fact in facts]])
        for fact in facts:
            state = state.evolve(fact)
        believed[head(connection)] = (deepcopy(plain), state)
    return believed


def as_stored(fact: Event) -> Happened:
    return Happened(type(fact), fact.open_fields(), None)


def ends(rows: list[Row]) -> dict[UUID, tuple[date | None, str | None]]:
    """Where each entry ends and why, of those that were not annulled."""
    return {row["entry"]: (row["valid_to"], row["end_cause"]) for row in rows if row["annulled_at"] is None}


def check(register: Register, found: list[Row], plain: PlainEntries, known: int, party: PartyId) -> None:
    for number in range(-1, DAYS + 2):
        question = Question(register, party, known, FIRST_DAY + timedelta(days=number))
        holding = {row["entry"] for row in found if question.holds(row)}
        expected = [plain.holding(track, number) for track in (0, 1)]
        assert holding == {entry_id(entry).uuid for entry in expected if entry is not None}
