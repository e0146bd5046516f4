"""What every stored fact, and every refusal, must be before the ledger may hold it or a caller may see it."""

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from bin.application.evidence.language import read_words
from domain.command import Command, Entity, Refused
from domain.entities import ENTITIES, FACTS, NAMES, contract
from domain.errors import sentence
from domain.fact import PERSONAL, Event, Personal
from domain.identity.names import Address, PersonName
from domain.identity.person import Person
from domain.identity.person_name import NameEntered
from domain.masked import MaskedText
from domain.nemkonto.account import AccountWithoutIban, DanishAccount, IbanAccount
from domain.newer import NewerFact
from domain.subject import KINDS, PersonId, SubjectId
from tests.controls import ANNA, ANNAS_NAME_ENTERED
from tests.sources import ROOT, modules, shown

SOURCE = re.compile(
    r"§|\bart\. |\b(LBK|BEK|lov) [0-9]+|\b(CPR|CVR) act\b|\bMeMo\b|\b(virk|nemkonto|digst|borger|cpr)\.dk\b"
)
"""A law, a specification, or the page of the authority whose words the rule has."""
ALWAYS_PERSONAL = (MaskedText, PersonName, Address, DanishAccount, IbanAccount, AccountWithoutIban)
PAST_TENSE = re.compile(
    r"ed(?![a-z])|(Made|Began|Begun|Put|Became|Read|Given|Taken|Sent|Lost|Withdrawn|Broken|Found|Fell|Set|Paid)(?![a-z])"
)

LAW = [importlib.import_module(shown(path).removesuffix(".py").replace("/", ".")) for path in modules("domain")]

EVERY_FACT = pytest.mark.parametrize("fact", [pytest.param(fact, id=name) for name, fact in FACTS.items()])


def below(cls: type[Any]) -> Iterator[type[Any]]:
    """Every class of the law below this one, the abstract ones too."""
    for subclass in cls.__subclasses__():
        if subclass.__module__.startswith("domain."):
            yield subclass
        yield from below(subclass)


def inner(annotation: Any) -> Iterator[Any]:
    """Every type that an annotation is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from inner(part)


@EVERY_FACT
def test_a_fact_has_a_legal_meaning_and_a_source(fact: type[Event]) -> None:
    module = inspect.getmodule(fact)
    assert module is not None
    own = inspect.cleandoc(fact.__doc__ or "")
    assert re.match(r"[A-Z]", own), "a sentence"
    assert fact.__doc__ not in {base.__doc__ for base in fact.__mro__[1:]}, "its own sentence, not an inherited one"
    # A module whose facts all rest on one law names it once, at its head.
    assert SOURCE.search(own) or SOURCE.search(module.__doc__ or "")


@EVERY_FACT
def test_a_fact_is_said_in_a_sentence_for_a_court_and_its_fields_have_danish_names(fact: type[Event]) -> None:
    sentences, fields = read_words("facts"), read_words("fields")["da"]
    assert set(sentences.get(NAMES[fact], ())) == {"da", "en"}, "say it in bin/application/evidence/words/facts.toml"
    assert set(fact.model_fields) <= set(fields), "name them in bin/application/evidence/words/fields.toml"


@EVERY_FACT
def test_a_facts_name_says_what_happened(fact: type[Event]) -> None:
    assert PAST_TENSE.search(fact.__name__)


@EVERY_FACT
def test_a_facts_first_field_names_its_subject(fact: type[Event]) -> None:
    first = next(iter(fact.model_fields.values()))
    kinds = get_args(first.annotation) or (first.annotation,)
    assert kinds
    assert set(kinds) <= set(KINDS.values())


@EVERY_FACT
def test_a_facts_holder_is_a_field_that_names_a_person(fact: type[Event]) -> None:
    holder = fact.holder or next(iter(fact.model_fields))
    assert [one for one in inner(fact.model_fields[holder].annotation) if one in set(KINDS.values())]


@EVERY_FACT
def test_what_is_always_personal_is_sealed_in_every_fact(fact: type[Event]) -> None:
    bare = [
        name
        for name, field in fact.model_fields.items()
        if name not in fact.personal
        and any(isinstance(one, type) and issubclass(one, ALWAYS_PERSONAL) for one in inner(field.annotation))
    ]
    assert bare == []


@EVERY_FACT
def test_a_fact_has_plain_names_and_no_fraction_so_that_its_canonical_form_is_simple(fact: type[Event]) -> None:
    assert [name for name in fact.model_fields if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    assert [name for name, field in fact.model_fields.items() if float in inner(field.annotation)] == []


@EVERY_FACT
def test_a_personal_field_leaves_the_payload_and_only_a_declared_one_does(fact: type[Event]) -> None:
    declared = {name for name, field in fact.model_fields.items() if PERSONAL in field.metadata}
    assert fact.personal == declared
    assert next(iter(fact.model_fields)) not in declared, "the subject is never sealed"


def test_a_name_is_in_the_encrypted_part_and_nowhere_else() -> None:
    assert "name" not in ANNAS_NAME_ENTERED.open_fields()
    assert set(ANNAS_NAME_ENTERED.personal_fields()) == {"name"}


def test_every_fact_that_the_law_defines_is_stored_by_an_entity() -> None:
    concrete = {fact for fact in below(Event) if not any(below(fact))}
    assert concrete == {*FACTS.values(), NewerFact}


def test_a_stored_name_and_its_class_lead_to_each_other() -> None:
    assert {name: NAMES[fact] for name, fact in FACTS.items()} == {name: name for name in FACTS}
    assert len({entity.name for entity in ENTITIES}) == len(ENTITIES)


class Moved(Event):
    """The person moved."""

    person: PersonId
    where: Personal[str]


def test_a_stored_name_that_two_entities_use_is_refused() -> None:
    first, second = (Entity(name, Person(), {"NameEntered": fact}) for name, fact in (("a", NameEntered), ("b", Moved)))
    with pytest.raises(ValueError, match=r"NameEntered .* used twice"):
        contract((first, second))


def test_a_class_with_two_stored_names_is_refused() -> None:
    with pytest.raises(ValueError, match="class NameEntered is used twice"):
        contract((Entity("a", Person(), {"NameEntered": NameEntered, "Renamed": NameEntered}),))


def test_a_kind_of_subject_is_written_before_its_uuid() -> None:
    assert [kind for kind, cls in KINDS.items() if cls.kind != kind or not issubclass(cls, SubjectId)] == []
    assert str(ANNA).startswith("person:")


@pytest.mark.parametrize("refusal", tuple(below(Refused)))
def test_a_refusal_is_a_sentence_that_its_caller_can_act_on(refusal: type[Refused]) -> None:
    assert refusal.__doc__ not in {base.__doc__ for base in refusal.__mro__[1:]}, "its own sentence"
    # A sentence that ends in a colon is followed by a detail.
    assert re.fullmatch(r"[A-Z].+[.:]", sentence(refusal))
    assert not refusal.__name__.endswith(("Error", "Exception"))


@pytest.mark.parametrize("command", tuple(below(Command)))
def test_a_command_says_what_it_asks_for(command: type[Any]) -> None:
    assert re.match(r"[A-Z].*[^ ]", command.__doc__ or "")
    assert not command.__name__.endswith("ed")


def test_the_law_is_read_whole_by_these_tests() -> None:
    assert {module.__name__.rsplit(".", 1)[-1] for module in LAW} >= {
        path.stem for path in (ROOT / "domain").glob("[a-z]*.py")
    }


DIGESTS = {
    "NemkontoDesignated.account_index": "keyed by the vault",
    "NemkontoDesignated.document": "keyed by the vault",
    "AccountHolderEnded.account_index": "keyed by the vault",
    "ActivationLetterOrdered.code_hash": "keyed by the vault",
    "MessageSubmitted.content": "keyed by the vault",
    "MessageSubmitted.document": "keyed by the vault",
    "MessageSubmitted.reference_index": "keyed by the vault",
    "DataDisclosed.stored_sha256": "of rows as they are stored, encrypted",
    "RebuildAttested.digest": "of rows as they are stored, encrypted",
}
"""The open fields that hold a digest, and why nothing personal can be found from it."""


def test_every_open_digest_is_keyed_or_of_what_is_encrypted() -> None:
    named = {
        f"{name}.{field}"
        for name, fact in FACTS.items()
        for field in fact.model_fields.keys() - fact.personal
        if re.search("sha|digest|hash|content|document|commitment|fingerprint", field) or field.endswith("_index")
    }
    assert named == DIGESTS.keys()
