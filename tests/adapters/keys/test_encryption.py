"""Proves that nothing personal is in clear text in the database, its indexes, its WAL or its log."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.embedded import EmbeddedServer
from bin.application.outcomes import Recorded
from domain.identity.cpr import CprNumber
from domain.identity.names import Address, PersonName
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.nemkonto.account import DanishAccount
from domain.nemkonto.designation import DesignationChannel
from domain.nemkonto.designation_commands import DesignateNemkonto
from domain.subject import AccountIndex, CprIndex, DesignationId, MessageId, PersonId
from tests.adapters.ledger.ledger_scenes import context, made_up_number, opened_handler
from tests.clear_text import clear_text_found, forms_of
from tests.controls import letter

NUMBER, LATER_NUMBER = "7102851357", "7102852469"
GIVEN, FAMILY, LATER_FAMILY = "Ægidia Zéphyrine", "Kjærgårdsbæk", "Quistgaard-Ømose"
STREET, CITY, LATER_STREET = "Tværmosegårdsalléen 4711, 3. mf", "Ålsgårdeby", "Hvidkildevænget 902"
ACCOUNT = "7319842056"
TITLE, REFERENCE = "Afgørelse om børnetilskud til Ægidia", "J.nr. 2026-ÆØ-77123"
SECRETS = (NUMBER, LATER_NUMBER, GIVEN, FAMILY, LATER_FAMILY, STREET, CITY, LATER_STREET, ACCOUNT, TITLE, REFERENCE)


def register(number: str) -> RegisterPerson:
    return RegisterPerson(
        person=PersonId(uuid4()),
        index=CprIndex(uuid4()),
        number=CprNumber(number),
        name=PersonName(given=GIVEN, family=FAMILY),
        address=Address(street=STREET, postal_code="3140", city=CITY),
    )


def database_of(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


@pytest.mark.parametrize("secret", ["Vindelkærstræde", "7103851111"])
def test_clear_text_is_found_in_every_place(
    postgres_server: EmbeddedServer, bare_database_url: str, secret: str
) -> None:
    marked = f"{secret}-{uuid4().hex}"
    with psycopg.connect(bare_database_url) as connection:
        connection.execute("create table if not exists open (words text, form bytea, json text)")
        connection.execute("create index if not exists open_words on open (words)")
        connection.execute(
            "insert into open values (%s, %s, %s)", [marked, marked.encode(), f'"{dict(forms_of(marked))}"']
        )

    places = clear_text_found(postgres_server, database_of(bare_database_url), [marked, "no such words"])

    assert any(place.startswith("public.open: secret 0") for place in places)
    assert sum(place[0].isdigit() for place in places) >= 3, "the heap, the index and the WAL"
    assert not any("secret 1" in place for place in places)
    assert not any(secret in place for place in places)


def test_a_cpr_number_is_sought_with_and_without_its_hyphen_and_letters_also_as_json_escapes_them() -> None:
    assert {sought for _, sought in forms_of(NUMBER)} > {b"7102851357", b"710285-1357"}
    assert b"Kj\\u00e6rg\\u00e5rdsb\\u00e6k" in {sought for _, sought in forms_of(FAMILY)}


def test_nothing_personal_is_stored_in_clear_text(postgres_server: EmbeddedServer, database_url: str) -> None:
    made_up = [made_up_number(CprIndex(uuid4())).value for _ in range(68)]
    first, *others = map(register, (NUMBER, LATER_NUMBER, *made_up))
    to_first = letter(message=MessageId(uuid4()), recipient=first.person, title=TITLE, sender_reference=REFERENCE)
    designation = DesignateNemkonto(
        designation=DesignationId(uuid4()),
        payee=first.person,
        account_index=AccountIndex(uuid4()),
        account=DanishAccount(registration_number="0040", account_number=ACCOUNT),
        channel=DesignationChannel.BANK,
        institution="0040",
        consent="consent 1",
    )
    with opened_handler(database_url) as handler:
        one_by_one = [
            first,
            ChangeName(person=first.person, name=PersonName(given=GIVEN, family=LATER_FAMILY)),
            ChangeAddress(person=first.person, address=Address(street=LATER_STREET, postal_code="3140", city=CITY)),
            to_first,
            designation,
        ]
        outcomes = [handler.execute(command, context()) for command in one_by_one]
        outcomes += handler.execute_many([(command, context()) for command in others])  # type: ignore[arg-type]  # none is refused
        personal = [
            record.event.personal_fields() for record in handler.opened_records() if type(record.event).personal
        ]
    assert all(isinstance(one, Recorded) for one in outcomes)
    everything = str(personal)
    assert [secret for secret in SECRETS if secret not in everything] == [], "all of it was recorded, and opens"

    assert clear_text_found(postgres_server, database_of(database_url), SECRETS) == []
