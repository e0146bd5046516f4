"""What a court reads of any fact: a sentence in Danish and in English, and no name that only the code knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import pytest

from bin.application.evidence.citation import cited
from bin.application.evidence.language import PAGE, Language, kroner_in, read_words, time_in, zone_in
from bin.application.evidence.rows import REGISTERS as REGISTER_WORDS
from bin.application.evidence.wording import CHOICES, FIELDS, LAW, PIECE, Writer
from bin.application.evidence.wording import FACTS as SENTENCES
from domain.command import Command
from domain.context import Context
from domain.entities import FACTS
from domain.fact import Event
from domain.newer import newer_fact
from domain.subject import KINDS, CompanyId, PersonId
from projections.catalogue import REGISTERS
from projections.sources import Constant
from tests.bin.application.evidence.example_facts import UUID_SHOWN, enumerations, example

ANNA, COURT = PersonId(UUID_SHOWN), CompanyId(UUID_SHOWN)
EVERY_FACT = pytest.mark.parametrize("name", FACTS)
BOTH = pytest.mark.parametrize("language", Language)
CODE = re.compile(r"[{}\[\]_…]|[0-9a-f]{8}-|\b(None|True|False|SEALED)\b|\b\w+:\w")
"""What no sentence holds: a slot that was not filled, a name of the code, an id."""


def writer(language: Language) -> Writer:
    return Writer(
        language, {ANNA: "Anna Prøvehansen", COURT: "Prøveretten"}, {"99999993": "Prøveretten (CVR 99999993)"}
    )


def variants(fact: type[Event]) -> list[Event]:
    """The fact with every field and without all that it may lack, with each value of its enumerations."""
    most = max(
        (len(each) for field in fact.model_fields.values() for each in enumerations(field.annotation)), default=1
    )
    return [example(fact, whole=whole, nth=nth) for whole in (True, False) for nth in range(most)]


@BOTH
@EVERY_FACT
def test_a_fact_is_said_in_a_sentence_that_holds_no_code(name: str, language: Language) -> None:
    for event in variants(FACTS[name]):
        sentence = writer(language).sentence(name, event)
        assert re.fullmatch(r"[A-ZÆØÅ].*[.]", sentence), sentence
        assert not CODE.search(sentence), sentence
        assert not re.search(r"  | [.,;:)]|\( ", sentence), sentence


@EVERY_FACT
def test_a_sentence_names_only_fields_of_its_fact_and_needs_none_that_may_be_missing(name: str) -> None:
    bare = example(FACTS[name], whole=False)
    for sentence in SENTENCES[name].values():
        named = {piece.strip("{?!}") for piece in PIECE.findall(sentence) if piece.startswith("{")}
        assert named <= set(FACTS[name].model_fields)
        needed = re.findall(r"\{(\w+)\}", without_brackets(sentence))
        assert all(writer(Language.DANISH).value(getattr(bare, field), field) for field in needed), needed


def without_brackets(sentence: str) -> str:
    """The parts of a sentence that are always written."""
    while "[" in sentence:
        sentence = re.sub(r"\[[^\[\]]*\]", "", sentence)
    return sentence


def test_nothing_is_said_of_facts_that_are_not_stored() -> None:
    assert set(SENTENCES) == set(FACTS)
    assert all(set(sentence) == set(Language) for sentence in SENTENCES.values())


@BOTH
@EVERY_FACT
def test_the_small_print_of_a_fact_calls_each_field_and_value_in_words(name: str, language: Language) -> None:
    for event in variants(FACTS[name]):
        for field in type(event).model_fields:
            written = writer(language).value(getattr(event, field), field)
            assert not re.search(r"[{}\[\]]|\b(None|True|False|SEALED)\b", written), (field, written)
        assert language is Language.ENGLISH or set(type(event).model_fields) <= set(FIELDS[language])


def test_every_value_of_an_enumeration_is_called_something_in_both_languages() -> None:
    stored: set[type[Enum]] = set()
    for fact in FACTS.values():
        for field in fact.model_fields.values():
            stored |= enumerations(field.annotation)
    wanted = {each.__name__: {member.value for member in each} for each in stored}

    assert {name: set(values) for name, values in CHOICES.items()} == wanted
    assert all(set(both) == set(Language) for values in CHOICES.values() for both in values.values())


def test_every_column_and_every_register_and_what_only_registers_say_is_called_something() -> None:
    columns = {column.name for register in REGISTERS for column in register.table.columns}
    sources = [setter.source for register in REGISTERS for column in register.columns for setter in column.setters]
    constants = {source.value for source in sources if isinstance(source, Constant) and isinstance(source.value, str)}

    assert columns <= set(FIELDS["da"])
    assert set(REGISTER_WORDS["questions"]) == {register.name for register in REGISTERS}
    assert set(REGISTER_WORDS["constants"]) == constants


def test_every_kind_of_subject_is_called_something() -> None:
    assert set(LAW["kinds"]) == set(KINDS)


@pytest.mark.parametrize("name", ["page", "conclusion", "law", "registers"])
def test_all_words_are_there_in_both_languages(name: str) -> None:
    found = list(leaves(read_words(name)))
    assert found
    assert [each for each in found if set(each) != set(Language)] == []


def leaves(words: Any) -> Any:
    """Every pair of words in a file of words."""
    if isinstance(words, list):
        for each in words:
            yield from leaves(each)
    elif all(isinstance(each, str) for each in words.values()):
        yield words
    else:
        for each in words.values():
            yield from leaves(each)


def test_a_fact_of_a_newer_version_says_that_it_is_one() -> None:
    fact = newer_fact(ANNA, {"more": 1})
    assert writer(Language.ENGLISH).sentence("LetterBurned", fact) == PAGE["newer"]["en"]


@pytest.mark.parametrize(
    ("stored", "danish", "english"),
    [
        (
            "retsplejeloven § 155(1) no. 3",
            "retsplejelovens § 155, stk. 1, nr. 3",
            "the Administration of Justice Act (retsplejeloven) § 155(1) no. 3",
        ),
        (
            "LBK 686/2021 § 10",
            "lov om Digital Post fra offentlige afsendere (lovbekendtgørelse nr. 686 af 15. april 2021) § 10",
            "the Act on Digital Post from public senders (consolidation act no. 686 of 15 April 2021) § 10",
        ),
        (
            "GDPR art. 5(1)(e)",
            "databeskyttelsesforordningens artikel 5, stk. 1, litra e",
            "the General Data Protection Regulation, article 5(1)(e)",
        ),
        ("ferieloven § 7", "ferieloven § 7", "ferieloven § 7"),
    ],
)
def test_a_legal_basis_is_cited_as_the_law_is(stored: str, danish: str, english: str) -> None:
    assert cited(stored, Language.DANISH) == danish
    assert cited(stored, Language.ENGLISH) == english


def test_every_legal_basis_of_a_command_is_cited_in_danish() -> None:
    bases = {basis for command in commands(Command) if (basis := getattr(command, "legal_basis", None))}
    assert len(bases) > 10
    assert [
        basis for basis in bases if re.search(r"LBK|BEK|\bact\b|GDPR|\bart\.|\bno\.", cited(basis, Language.DANISH))
    ] == []


def commands(cls: type[Any]) -> Any:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from commands(subclass)


@pytest.mark.parametrize(
    ("actor", "authority", "danish"),
    [
        (
            f"{ANNA}",
            "digital-post",
            "Registreret, da Anna Prøvehansen handlede; Digital Post er ansvarlig for registreringen.",
        ),
        ("system:reception", "99999993", "(modtagelsen af breve); Prøveretten (CVR 99999993) er ansvarlig for"),
        ("operator:jens", "34051178", "Registreret af operatøren jens; CVR 34051178 er ansvarlig for"),
        ("authority:99999993", "99999993", "Registreret af Prøveretten (CVR 99999993); "),
        ("system:later", "cpr", "Registreret af løsningen selv (later); CPR-registret er ansvarlig for"),
    ],
)
def test_who_acted_and_who_answers_for_it_is_named(actor: str, authority: str, danish: str) -> None:
    context = Context(
        authority=authority,
        actor=actor,
        legal_basis="CPR act § 28",
        command=UUID_SHOWN,
        correlation=UUID_SHOWN,
        case="2026-17",
    )
    said = writer(Language.DANISH).by_whom(context)
    assert danish in said
    assert said.endswith("Hjemmel: CPR-lovens § 28. Sag: 2026-17.")


def test_times_are_danish_and_say_which_danish_time_it_is() -> None:
    at = datetime(2026, 4, 22, 7, tzinfo=UTC)
    assert time_in(at, Language.DANISH) == "22. april 2026 kl. 09.00"
    assert time_in(at, Language.ENGLISH) == "22 April 2026 at 09.00"
    assert zone_in(at, Language.DANISH) == "dansk sommertid (CEST)"
    assert zone_in(at.replace(month=1), Language.ENGLISH) == "Danish time (CET)"


def test_amounts_are_written_in_kroner() -> None:
    assert kroner_in(123_456_789, Language.DANISH) == "1.234.567,89 kr."
    assert kroner_in(5, Language.ENGLISH) == "DKK 0.05"
