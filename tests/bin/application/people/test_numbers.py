"""The look-up of numbers: one random subject for each number, inserted with the fact that records it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from adapters.keys.number_lookup import NumberRowAltered
from bin.application.application import Application
from bin.application.outcomes import NewlyRecorded, RefusedBy
from bin.application.people.find import NumberKind, cpr_subject, find, key_of
from bin.application.people.imports import ImportedLine, ImportStatus, PeopleImport
from domain.identity.cpr import parse_cpr
from domain.identity.number import NumberTaken
from domain.identity.number_commands import WithdrawCpr
from domain.identity.person_commands import RegisterPerson
from domain.subject import CprIndex, PersonId
from tests.bin.application.people.registered import register
from tests.bin.terminal import cpr, person

ROWS = "select subject from vault.number where number_index = any (%s)"


def imported(application: Application, *lines: dict[str, Any]) -> list[ImportedLine]:
    return list(PeopleImport(application).register(json.dumps(line).encode() for line in lines))


def rows(application: Application, *numbers: str) -> int:
    keys = [key_of(application, NumberKind.CPR, number).index for number in numbers]
    with application.database.owner_pool.connection() as connection:
        return len(connection.execute(ROWS, [keys]).fetchall())


def registration(number: str) -> RegisterPerson:
    """Of a new person with a subject of its own for the number, as if nobody had looked the number up."""
    return RegisterPerson(person=PersonId(uuid4()), index=CprIndex(uuid4()), number=parse_cpr(number))


def test_no_id_is_a_keyed_index_of_the_number(application: Application) -> None:
    (anna,) = register(application, person(1))
    key = key_of(application, NumberKind.CPR, cpr(1))
    subject = application.numbers.subjects([key])[key]

    keyed = {application.vault.index(purpose, cpr(1)) for purpose in ("cpr", "entry")}
    keyed.add(application.vault.index("entry", f"person {cpr(1)}"))
    assert keyed.isdisjoint({anna.uuid, subject.uuid})


def test_a_line_that_comes_twice_in_a_batch_registers_one_person(application: Application) -> None:
    first, second = imported(application, person(2), person(2))

    assert (first.status, second.status) == (ImportStatus.REGISTERED, ImportStatus.UNCHANGED)
    assert first.subject == second.subject


def test_importers_at_the_same_time_register_each_number_once(application: Application) -> None:
    lines = [person(serial) for serial in range(100, 180)]
    with ThreadPoolExecutor(4) as threads:
        runs = list(threads.map(lambda _: imported(application, *lines), range(4)))

    for each in zip(*runs, strict=True):
        assert len({line.subject for line in each}) == 1
        assert sorted(line.status for line in each) == [ImportStatus.REGISTERED, *[ImportStatus.UNCHANGED] * 3]
    assert rows(application, *(cpr(serial) for serial in range(100, 180))) == 80


@pytest.mark.parametrize("others", [1, 80])
def test_a_number_that_another_took_meanwhile_is_refused_and_the_others_of_the_batch_are_recorded(
    application: Application, others: int
) -> None:
    """Few decisions are one statement and many are copied: both leave the one out."""
    (holder,) = register(application, person(1000 + others))
    numbers = [cpr(2000 + 10 * others + nth) for nth in range(others)]
    commands = [registration(cpr(1000 + others)), *map(registration, numbers)]

    refused, *recorded = application.handler.execute_many(
        [(command, application.request("system:test")) for command in commands]
    )

    assert isinstance(refused, RefusedBy)
    assert isinstance(refused.refusal, NumberTaken)
    assert all(isinstance(outcome, NewlyRecorded) for outcome in recorded)
    assert find(application, cpr(1000 + others)).subject == holder
    assert rows(application, *numbers) == others
    assert not list(application.handler.records(commands[0].person))


def test_a_single_command_for_a_number_that_another_took_meanwhile_is_refused(application: Application) -> None:
    register(application, person(3))

    with pytest.raises(NumberTaken):
        application.execute(registration(cpr(3)), "system:test")


def test_a_refused_registration_leaves_no_row(application: Application) -> None:
    (anna,) = register(application, person(4))
    assert isinstance(anna, PersonId)
    second = RegisterPerson(person=anna, index=CprIndex(uuid4()), number=parse_cpr(cpr(5)))

    (outcome,) = application.handler.execute_many([(second, application.request("system:test"))])

    assert isinstance(outcome, RefusedBy)
    assert rows(application, cpr(5)) == 0


def test_a_number_that_nobody_has_makes_no_row_when_it_is_asked_for(application: Application) -> None:
    (anna,) = register(application, person(6))
    assert isinstance(anna, PersonId)
    asked = parse_cpr(cpr(7))

    assert find(application, cpr(7)).subject is None
    application.execute(WithdrawCpr(person=anna, index=cpr_subject(application, asked)), "system:test")

    assert rows(application, cpr(7)) == 0


def test_a_row_that_was_changed_leads_nowhere(application: Application) -> None:
    """Whoever may write to the table cannot send somebody's post to another."""
    register(application, person(8), person(9))
    keys = [key_of(application, NumberKind.CPR, cpr(serial)) for serial in (8, 9)]
    swap = """
        update vault.number set subject = case when number_index = %(eight)s then %(nines)s else %(eights)s end::uuid
         where number_index in (%(eight)s, %(nine)s)
    """
    subjects = application.numbers.subjects(keys)
    with psycopg.connect(application.url, autocommit=True) as owner:
        owner.execute("alter table vault.number drop constraint number_subject_key")
        owner.execute(
            swap,
            {
                "eight": keys[0].index,
                "nine": keys[1].index,
                "eights": subjects[keys[0]].uuid,
                "nines": subjects[keys[1]].uuid,
            },
        )

    for serial in (8, 9):
        with pytest.raises(NumberRowAltered):
            find(application, cpr(serial))
