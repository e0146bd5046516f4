"""A declaration that does not fit the facts or the table is refused when it is written, with what to correct."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, LargeBinary, MetaData, Table, Text, Uuid

from domain.fact import Event
from domain.identity.mandate import MandateEnded
from domain.identity.number import CprAssigned, CprChanged
from domain.identity.person import PersonDied, PersonRegistered
from domain.identity.person_name import NameEntered
from domain.identity.protection import ProtectionEntered
from domain.nemkonto.designation import ActivationRefused
from domain.post.mail_registration import MailRegistered
from domain.post.submission import MessageSubmitted
from domain.subject import PersonId
from projections.catalogue import REGISTERS
from projections.check import NotDeclarable
from projections.declare import Declared, Register, by, first, last, total
from projections.sources import EMPTY, POSITION, RECORDED_AT, SEALED, StartOfDay, constant
from tests.sources import ROOT


class NeverStored(Event):
    """A fact of no entity."""

    person: PersonId


def declared(kind: Any, column: Declared, *, key: Any = Uuid, nullable: bool = True, **more: Any) -> Register:
    """A register of one column."""
    table = Table(
        "trial",
        MetaData(schema="register"),
        Column("key", key, primary_key=True),
        Column("column", kind, nullable=nullable),
    )
    return Register(table, key="key", answers="What?", columns={"column": column}, **more)


@pytest.mark.parametrize(
    ("kind", "column", "complaint"),
    [
        (Text, last(PersonDied, "died"), "has no field died; it has person, died_on"),
        (Text, last(NameEntered, "name"), "name is personal"),
        (Text, last(NeverStored, "person"), "no entity stores NeverStored"),
        (Text, last(PersonDied, "died_on"), "needs a column of type Date"),
        (Boolean, last(PersonDied, constant("dead")), "needs a column of type Text"),
        (DateTime, last(PersonDied, RECORDED_AT), "a column with a time zone"),
        (DateTime(timezone=True), last(PersonRegistered, StartOfDay("resident")), "resident is no day"),
        (Text, first(ProtectionEntered, "rule"), "may be empty"),
        (Date, first({PersonDied: "died_on", PersonRegistered: EMPTY}), "may be empty"),
        (LargeBinary, first(PersonDied, SEALED), "may be empty"),
        (Uuid, last(MessageSubmitted, "sender"), "needs a column of type Text"),
        (BigInteger, total(ActivationRefused, "attempt"), "a total is never empty"),
    ],
)
def test_a_column_that_its_source_does_not_fit_is_refused(kind: Any, column: Declared, complaint: str) -> None:
    with pytest.raises(NotDeclarable, match=complaint):
        declared(kind, column)


def test_a_total_is_a_whole_number() -> None:
    with pytest.raises(NotDeclarable, match="whole number"):
        declared(Text, total(PersonDied, constant("1")), nullable=False)


def test_a_key_that_is_of_several_kinds_is_text() -> None:
    with pytest.raises(NotDeclarable, match="needs a key of type Text"):
        declared(Text, last(MailRegistered, "mode"), keys={MailRegistered: "recipient"})


def test_a_key_of_one_column_has_one_source() -> None:
    with pytest.raises(NotDeclarable, match="one source for each"):
        declared(Text, last(by(MandateEnded, party="party", held_by="held_by"), "cause"), key=Text)


def test_every_column_of_the_table_is_declared() -> None:
    table = Table("trial", MetaData(schema="register"), Column("key", Uuid, primary_key=True), Column("odd", Text))
    with pytest.raises(NotDeclarable, match="odd"):
        Register(table, key="key", answers="What?", columns={})


def test_a_fact_that_begins_a_row_sets_every_column() -> None:
    with pytest.raises(NotDeclarable, match="must set every column"):
        declared(Date, last(PersonDied, "died_on"), begins=[PersonRegistered])


def test_a_changed_declaration_has_another_digest_and_the_same_one_the_same() -> None:
    digest = declared(Text, last({CprAssigned: "index"})).declaration

    assert digest == declared(Text, last(CprAssigned, "index")).declaration
    assert digest != declared(Text, last({CprAssigned: "index", CprChanged: "index"})).declaration
    assert digest != declared(Text, last({CprAssigned: constant("index")})).declaration
    assert digest != declared(Text, last({by(CprAssigned, "person"): "index"})).declaration
    assert digest != declared(BigInteger, last({CprAssigned: POSITION})).declaration


def test_every_register_says_which_question_it_answers() -> None:
    assert all(register.answers.endswith("?") for register in REGISTERS)
    assert len({register.name for register in REGISTERS}) == len(REGISTERS)


def test_an_encrypted_part_is_keyed_by_the_subject_that_it_is_decrypted_with() -> None:
    with pytest.raises(NotDeclarable, match="which must be the key"):
        declared(LargeBinary, last(by(CprAssigned, "index"), SEALED), key=Text)


def test_every_module_that_makes_a_register_is_in_the_catalogue() -> None:
    modules = [f"projections.{path.stem}" for path in (ROOT / "projections").glob("*.py")]
    made = {one for module in modules for one in vars(import_module(module)).values() if isinstance(one, Register)}

    assert len(made) > 1
    assert {one.name for one in made - set(REGISTERS)} == set()
