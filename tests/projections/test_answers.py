"""Explaining a cell, verifying against the ledger, comparing two positions, and reading a trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, select, text

from domain.check import Check
from domain.subject import CprIndex, DesignationId, MessageId, PersonId, RequestId
from projections.catalogue import REGISTERS, register
from projections.engine.as_of import replay, rows_as_of
from projections.engine.diff import Change, diff
from projections.engine.explain import explain
from projections.engine.follow import follow
from projections.engine.position import head, position_at
from projections.engine.subjects import askable
from projections.engine.verify import verify, verify_ledger, verify_register
from tests.projections.histories import about, fact, pool, put
from tests.projections.reference import fold, stored
from tests.volume import part_or_whole

ANNA, BO, CARL = pool(PersonId)
LETTER, LATER_LETTER, _ = pool(MessageId)
DESIGNATION = pool(DesignationId)[0]
NUMBER = pool(CprIndex)[0]
REQUEST = pool(RequestId)[0]
PERSONS, MESSAGES = register("persons"), register("messages")
MANDATE = "entry:e0000000-0000-4000-8000-000000000001"
RELEASE = "2026-03-09T23:00:00Z"

HISTORY = [
    fact("PersonRegistered", person=ANNA, resident=True),
    fact("CprChanged", b"a first number", person=ANNA, index=NUMBER, previous=NUMBER, reason="other"),
    fact("MailRegistered", recipient=ANNA, mode="automatic", rule="digital_post.age_years@2014-11-01"),
    fact("ActivationRefused", designation=DESIGNATION, payee=ANNA, attempt=1, rule="a rule"),
    fact("ActivationRefused", designation=DESIGNATION, payee=ANNA, attempt=2, rule="a rule"),
    fact(
        "MessageScheduled",
        message=LETTER,
        sender=CARL,
        recipient=ANNA,
        release_at=RELEASE,
        rule="a rule",
        release_rule="a rule",
    ),
    fact(
        "MessageScheduled",
        message=LATER_LETTER,
        sender=CARL,
        recipient=ANNA,
        release_at="2999-01-01T00:00:00Z",
        rule="a rule",
        release_rule="a",
    ),
    fact("CprChanged", b"a second number", person=ANNA, index=NUMBER, previous=NUMBER, reason="other"),
    fact("ExemptionRefusalAppealed", request=REQUEST, recipient=ANNA),
    fact("MandateEnded", entry=MANDATE, party=ANNA, held_by=BO, valid_to="2026-03-02", cause="giver"),
]


@pytest.fixture(scope="module")
def recorded_history(owner: Engine, projecting: Engine) -> Engine:
    """The history is recorded, and every register has followed it."""
    for happened in HISTORY:
        with owner.begin() as connection:
            put(connection, [happened])
    with projecting.connect() as connection:
        follow(connection, REGISTERS)
    return owner


@pytest.fixture
def tampering(recorded_history: Engine) -> Iterator[Connection]:
    """The owner, whose changes are rolled back at the end; the ledger's triggers are off."""
    with recorded_history.connect() as connection:
        for table in ("record", "subject", "command"):
            connection.execute(text(f"alter table ledger.{table} disable trigger user"))
        yield connection
        connection.rollback()


@pytest.fixture
def auditing(recorded_history: Engine) -> Iterator[Connection]:
    with recorded_history.connect() as connection:
        connection.execute(text("set role rigsbog_audit"))
        yield connection
        connection.rollback()


def broken(checks: list[Check]) -> dict[str, tuple[str, ...]]:
    return {check.name: check.differing for check in checks if not check.ok}


def test_the_last_value_is_explained_by_the_last_record_that_set_it(auditing: Connection) -> None:
    (cause,) = explain(auditing, PERSONS, about(ANNA), "number_sealed")

    assert (cause.position, cause.fact) == (8, "CprChanged")
    assert (cause.actor, cause.authority, cause.legal_basis) == ("system:test", "34051178", "a paragraph")


def test_what_was_known_earlier_is_explained_by_what_was_recorded_then(auditing: Connection) -> None:
    assert [cause.position for cause in explain(auditing, PERSONS, about(ANNA), "number_sealed", position=7)] == [2]
    assert explain(auditing, PERSONS, about(ANNA), "number_sealed", position=1) == []


def test_a_total_is_explained_by_all_that_it_adds(auditing: Connection) -> None:
    causes = explain(auditing, register("nemkonto"), about(DESIGNATION), "wrong_attempts")

    assert [cause.position for cause in causes] == [4, 5]


def test_one_of_a_subjects_several_rows_is_explained_by_its_whole_key(auditing: Connection) -> None:
    due = register("due_times")

    assert [cause.position for cause in explain(auditing, due, about(LETTER), "due_at", key={"kind": "release"})] == [6]
    assert explain(auditing, due, about(LETTER), "due_at", key={"kind": "registration"}) == []


def test_a_subject_that_is_no_key_is_answered_by_the_rows_that_its_facts_set_the_newest_first(
    auditing: Connection,
) -> None:
    letters = rows_as_of(auditing, MESSAGES, about(ANNA), 10)
    (designation,) = rows_as_of(auditing, register("nemkonto"), about(ANNA), 10)

    assert [row["message"] for row in letters] == [about(LATER_LETTER).uuid, about(LETTER).uuid]
    assert (designation["designation"], designation["wrong_attempts"]) == (about(DESIGNATION).uuid, 2)
    assert rows_as_of(auditing, MESSAGES, about(ANNA), 5) == []


def test_a_row_that_is_found_by_another_subject_is_whole(recorded_history: Engine) -> None:
    """A reader who is not the recipient is named by one fact of the message, and sees what all of them say."""
    with recorded_history.connect() as connection:
        put(connection, [fact("MessageOpened", message=LETTER, recipient=ANNA, reader=BO, channel="mit.dk")])
        (row,) = rows_as_of(connection, MESSAGES, about(BO), head(connection))
        connection.rollback()

    assert row["scheduled_for"] == datetime.fromisoformat(RELEASE)
    assert row["first_opened_at"] is not None


def test_an_answer_has_no_more_rows_than_asked_for(auditing: Connection) -> None:
    (row,) = rows_as_of(auditing, MESSAGES, about(ANNA), 10, limit=1)

    assert row["message"] == about(LATER_LETTER).uuid


def test_a_register_can_be_asked_about_the_kinds_that_its_facts_name() -> None:
    assert askable(register("receipts")) == ("company", "message", "person", "receipt")
    assert askable(PERSONS) == ("cpr", "person")


def test_no_column_of_that_name_lists_the_columns(auditing: Connection) -> None:
    with pytest.raises(KeyError, match="persons has no column nam; it has number"):
        explain(auditing, PERSONS, about(ANNA), "nam")


def test_everything_is_as_the_ledger_says(auditing: Connection) -> None:
    checks = verify(auditing, REGISTERS)

    assert broken(checks) == {}
    assert len(checks) == 6 + len(REGISTERS)
    assert "at position 10" in checks[-1].detail


def test_a_changed_cell_is_found_with_its_row_and_column_and_without_its_value(tampering: Connection) -> None:
    tampering.execute(text("update register.persons set registered_as_resident = false"))

    check = verify_register(tampering, PERSONS)

    assert not check.ok
    assert check.differing == (f"person={about(ANNA).uuid}: changed registered_as_resident",)


def test_a_removed_row_and_an_invented_row_are_found(tampering: Connection) -> None:
    invented = uuid4()
    tampering.execute(text("delete from register.persons"))
    tampering.execute(text("insert into register.persons (person) values (:person)"), {"person": invented})

    differing = set(verify_register(tampering, PERSONS).differing)

    assert differing == {
        f"person={invented}: not in the ledger",
        f"person={about(ANNA).uuid}: missing in the register",
    }


def test_a_register_that_is_declared_otherwise_or_not_at_all_is_not_verified(tampering: Connection) -> None:
    tampering.execute(text("update register.progress set declaration = 'another' where name = 'persons'"))
    tampering.execute(text("delete from register.progress where name = 'messages'"))

    assert "declared otherwise" in verify_register(tampering, PERSONS).detail
    assert "not established" in verify_register(tampering, MESSAGES).detail
    assert not verify_register(tampering, PERSONS).ok


@pytest.mark.parametrize(
    ("meddling", "name", "differing"),
    [
        ("delete from ledger.record where position = 4", "gapless", ("3",)),
        ("update ledger.record set recorded_at = '2020-01-01' where position = 4", "monotone", ("4",)),
        ("update ledger.record set fact = 999 where position = 7", "facts known", ("7",)),
        (
            "update ledger.record set subject = '0e1f7a52-0000-4000-8000-000000000001' where position = 3",
            "own subjects",
            ("3",),
        ),
        ("delete from ledger.subject where position = 10", "subject index", ("position 10: a subject is missing",)),
        (
            f"insert into ledger.subject values ('{UUID(int=7)}', 2, 1, 1)",
            "subject index",
            ("position 2: a subject is foreign",),
        ),
        ("update ledger.command set last_position = 3 where first_position = 2", "commands", None),
        ("delete from ledger.command where first_position = 2", "commands", None),
    ],
)
def test_meddling_with_the_ledger_is_found_where_it_was(
    tampering: Connection, meddling: str, name: str, differing: tuple[str, ...] | None
) -> None:
    tampering.execute(text(meddling))

    failed = broken(verify_ledger(tampering))

    assert name in failed
    if differing is not None:
        assert set(differing) <= set(failed[name])


DAMAGED = [
    "null",
    "[]",
    "17",
    '"x"',
    '"person:"',
    '"person:0e1f7a52-0000-4000-8000-00000000000g"',
    "1e400",
    "[{}]",
    "{}",
]
EACH = [(position, value) for position in range(1, len(HISTORY) + 1) for value in DAMAGED]
"""Every damage at every position; a slice of it holds every damage, and damages every position."""


@pytest.mark.volumes
@pytest.mark.parametrize(("position", "value"), part_or_whole(EACH[::4], EACH))
def test_a_payload_that_is_not_well_formed_is_named_and_ends_nothing(
    tampering: Connection, position: int, value: str
) -> None:
    tampering.execute(text("alter table ledger.record drop constraint record_has_plain_numbers"))
    fields = tampering.execute(
        text("select null union all select jsonb_object_keys(payload) from ledger.record where position = :at"),
        {"at": position},
    ).scalars()
    for field in fields.all():
        with tampering.begin_nested() as undone:
            tampering.execute(
                text(
                    "update ledger.record set payload ="
                    " case when cast(:field as text) is null then cast(:value as jsonb)"
                    " else jsonb_set(payload, array[:field], cast(:value as jsonb)) end where position = :at"
                ),
                {"field": field, "value": value, "at": position},
            )
            failed = broken(verify(tampering, REGISTERS))
            undone.rollback()
        if field is None:
            assert "own subjects" in failed
            assert str(position) in failed["own subjects"]
        places = [place for name, differing in failed.items() if name.startswith("register ") for place in differing]
        assert all(place.startswith(f"position {position}: ") for place in places if place.startswith("position "))


@pytest.mark.parametrize(
    ("position", "field", "register_name"),
    [(6, "release_at", "messages"), (1, "resident", "persons"), (6, "release_at", "due_times")],
)
def test_a_register_that_cannot_be_compared_names_the_damaged_record(
    tampering: Connection, position: int, field: str, register_name: str
) -> None:
    tampering.execute(
        text(
            f"update ledger.record set payload = jsonb_set(payload, '{{{field}}}', '\"x\"') where position = {position}"
        )
    )

    check = verify_register(tampering, register(register_name))

    assert not check.ok
    assert check.differing == (f"position {position}: a field of the payload cannot be read",)


def test_two_positions_differ_in_the_rows_that_were_recorded_between(auditing: Connection) -> None:
    (changed,) = diff(auditing, PERSONS, 7, 8)
    (added,) = diff(auditing, PERSONS, 0, 1)

    assert (changed.change, changed.key) == (Change.CHANGED, (about(ANNA).uuid,))
    assert changed.columns == {"number_sealed": (b"a first number", b"a second number")}
    assert added.change is Change.ADDED
    assert diff(auditing, PERSONS, 8, 10) == []


def test_a_whole_register_is_replayed_as_it_was_into_a_separate_schema(recorded_history: Engine) -> None:
    with recorded_history.connect() as connection:
        connection.execute(text("create schema last_spring"))
        known = replay(connection, PERSONS, 7, "last_spring")
        rows = {(row["person"],): dict(row) for row in connection.execute(select(known)).mappings()}
        assert rows == fold(PERSONS, stored(connection)[:7])
        connection.rollback()


def test_a_time_is_the_position_of_the_last_record_until_then(auditing: Connection) -> None:
    times = [record["recorded_at"] for record in stored(auditing)]

    assert position_at(auditing, times[3]) == 4
    assert position_at(auditing, datetime(2020, 1, 1, tzinfo=UTC)) == 0


def test_what_falls_due_is_unsettled_until_it_has_happened(recorded_history: Engine) -> None:
    with recorded_history.connect() as connection:
        (due,) = rows_as_of(connection, register("due_times"), about(LETTER), head(connection))
        assert (due["kind"], due["subject"], due["also"]) == ("release", LETTER, ANNA)
        assert (due["due_at"], due["settled"], due["suspended"]) == (datetime.fromisoformat(RELEASE), False, False)
        put(connection, [fact("MessageMadeAvailable", message=LETTER, recipient=ANNA)])
        (row,) = rows_as_of(connection, register("due_times"), about(LETTER), head(connection))
        assert row["settled"] is True
        connection.rollback()


def test_a_message_that_never_waited_has_no_due_time(recorded_history: Engine) -> None:
    with recorded_history.connect() as connection:
        unscheduled = pool(MessageId)[2]
        put(connection, [fact("MessageMadeAvailable", message=unscheduled, recipient=ANNA)])
        assert rows_as_of(connection, register("due_times"), about(unscheduled), head(connection)) == []
        connection.rollback()


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            f"select * from register.subject_trail where subject = '{about(ANNA).uuid}' order by position",
            "subject_pkey",
        ),
        ("select * from register.case_trail where authority = '1' and case_id = '2' order by position", "record_auth"),
        ("select * from register.case_trail where authority = '1' order by position limit 50", "record_auth"),
    ],
)
def test_a_trail_is_answered_by_the_ledgers_own_indexes(recorded_history: Engine, question: str, index: str) -> None:
    with recorded_history.connect() as connection:
        names = [f"authority-{nth}" for nth in range(20)]
        connection.execute(text("alter table ledger.record disable trigger user"))
        connection.execute(text("alter table ledger.subject disable trigger user"))
        many = text(
            "insert into ledger.record select g, now(), null, null, gen_random_uuid(), gen_random_uuid(),"
            " gen_random_uuid(), 1, 1, 0, (cast(:names as text[]))[1 + g % 20], 'a', 'b', (g % 1000)::text, '{}'"
            " from generate_series(1001, 21000) g"
        )
        connection.execute(many, {"names": names})
        connection.execute(
            text(
                "insert into ledger.subject select subject, position, kind, fact"
                " from ledger.record where position > 1000"
            )
        )
        connection.execute(text("analyze ledger.record; analyze ledger.subject"))
        plan = "\n".join(connection.execute(text(f"explain {question}")).scalars())
        connection.rollback()

    assert index in plan
    assert "Seq Scan on record" not in plan
    assert "Seq Scan on subject " not in plan


def test_a_trail_shows_who_recorded_what_about_a_subject(auditing: Connection) -> None:
    trail = auditing.execute(
        text("select position, fact, actor, kind from register.subject_trail where subject = :bo"),
        {"bo": about(BO).uuid},
    ).all()

    assert trail == [(10, "MandateEnded", "system:test", "person")]
    assert (
        auditing.execute(text("select count(*) from register.case_trail where authority = '34051178'")).scalar() == 10
    )
