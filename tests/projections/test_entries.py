"""The registers of entries, at every known position and on every day, say what a plain list of days says."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from bin.application.questions.as_of import Question
from domain.command import Refused
from domain.entry import EntrySource
from domain.fact import Event
from domain.identity.authority import SENDING_RIGHTS, SendingRight, SendingRightGranted
from domain.subject import CompanyId, EntryId
from projections.columns import Row
from projections.engine.as_of import rows_as_of
from projections.engine.compile import Range, rows
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.entries import SENDING_RIGHT_REGISTER
from tests.plain_entries import ACTS, DAYS, FIRST_DAY, Act, Acting, PlainEntries, entry_id, happened
from tests.projections.histories import Happened, put_commands

AUTHORITY = CompanyId(UUID(int=7))


def granted(entry: EntryId, track: str, begins: date, ends: date | None) -> SendingRightGranted:
    return SendingRightGranted(
        entry=entry,
        party=AUTHORITY,
        valid_from=begins,
        valid_to=ends,
        source=EntrySource.AUTHORITY,
        kind=SendingRight(track),
    )


ACTING = Acting(SENDING_RIGHTS, (SendingRight.PUBLIC_SENDER, SendingRight.MANDATORY), granted)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=1, max_size=8))
def test_at_every_known_position_on_every_day_the_register_says_what_a_plain_list_says(
    owner: Engine, projecting: Engine, acts: list[Act]
) -> None:
    assert projecting.dialect.name == "postgresql"
    with owner.connect() as connection:
        believed = recorded(connection, acts)
        for position, plain in believed.items():
            check(rows_as_of(connection, SENDING_RIGHT_REGISTER, AUTHORITY, position), plain, position)
        last = max(believed)
        built = connection.execute(rows(SENDING_RIGHT_REGISTER, read_names(connection), Range(0, last))).mappings()
        check([dict(row) for row in built], believed[last], last)
        connection.rollback()


def recorded(connection: Connection, acts: list[Act]) -> dict[int, PlainEntries]:
    """Record what each act decides; what the reference says after each, by the position that was reached."""
    state, plain = SENDING_RIGHTS.entity.opening, PlainEntries()
    believed = {head(connection): deepcopy(plain)}
    for nth, act in enumerate(acts):
        try:
            facts = ACTING.decided(state, act, nth)
        except Refused:
            facts = []
        happened(plain, act, nth)
        if facts:
            put_commands(connection, [[as_stored(fact) for fact in facts]])
        for fact in facts:
            state = state.evolve(fact)
        believed[head(connection)] = deepcopy(plain)
    return believed


def as_stored(fact: Event) -> Happened:
    return Happened(type(fact), fact.open_fields(), None)


def check(found: list[Row], plain: PlainEntries, known: int) -> None:
    for number in range(-1, DAYS + 2):
        question = Question(SENDING_RIGHT_REGISTER, AUTHORITY, known, FIRST_DAY + timedelta(days=number))
        holding = sorted((row["kind"], row["entry"]) for row in found if question.holds(row))
        expected = [(track, plain.holding(nth, number)) for nth, track in enumerate(ACTING.tracks)]
        assert holding == sorted((track, entry_id(entry).uuid) for track, entry in expected if entry is not None)
