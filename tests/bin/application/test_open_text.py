"""No text that is stored unencrypted holds what could be a CPR number, whatever command and whichever of its fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from adapters.keys.vault import Vault
from bin.application.command_handler import CommandHandler
from domain.command import AnyCommand, Refused
from domain.context import Request
from domain.entities import FACTS
from domain.fact import Event
from domain.identity.cpr import could_be_cpr
from domain.open_text import NumberInOpenText, check_open_text
from domain.operations.disclosure import DisclosureRefused, QuestionKind
from domain.post.letter_fault import Fault
from domain.subject import DisclosureId, PersonId
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.adapters.ledger.memory_ledger import MemoryLedger
from tests.bin.application.command_examples import EXAMPLES
from tests.bin.application.test_legal_basis import Past
from tests.law import CONTEXT, NOW

SPELLINGS = ("6101901234", "610190-1234", "610190 1234", "61 01 90 1234", "61.01.90-1234", "610190\u20131234")
RARE_SPELLINGS = (
    *("610190:1234", "610190\t1234", "610190\u202f1234", "610190\u200b1234", "61\u200b01\u2060901\ufeff234"),
    *("6101 901234", "6101-901234", "61 0190 1234", "6 1 0 1 9 0 1 2 3 4", "61.01.1990-1234", "610119901234"),
    *("\u0666\u0661\u0660\u0661\u0669\u0660-\u0661\u0662\u0663\u0664", "610190(1234)", "61/01/90_1234"),
)
REQUEST_TEXTS = ("authority", "actor", "case")


def with_a_number(command: Any, spelling: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The command with the number in one of its texts, or its request with it."""
    for field in dataclasses.fields(command):
        if isinstance(getattr(command, field.name), str) and field.type in ("str", "str | None", str):
            yield dataclasses.replace(command, **{field.name: f"by {spelling}, twice"}), {}
    for name in REQUEST_TEXTS:
        yield command, {name: f"by {spelling}, twice"}


def refused_by(handler: CommandHandler, command: AnyCommand, request: Request) -> Refused | None:
    try:
        handler.execute(command, request)
    except Refused as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("past", "command"),
    [(past, command) for _, past, command in EXAMPLES],
    ids=[f"{number} {type(command).__name__}" for number, (_, _, command) in enumerate(EXAMPLES)],
)
def test_a_number_in_any_text_of_a_command_is_refused_or_stored_encrypted(
    past: tuple[Event, ...], command: AnyCommand
) -> None:
    refused = 0
    for spelling in SPELLINGS:
        for act, stated in with_a_number(command, spelling):
            ledger = MemoryLedger(lambda: NOW)
            handler = CommandHandler(ledger, Vault(MemoryKeys(), bytes(32)))
            if past:
                handler.execute(Past(facts=past), dataclasses.replace(CONTEXT, command=uuid4()))
            before = len(ledger.entries())
            refusal = refused_by(handler, act, dataclasses.replace(CONTEXT, **{"case": "2026-1", **stated}))
            refused += isinstance(refusal, NumberInOpenText)
            entries = ledger.entries()[before:]
            stored = [orjson.dumps([entry.payload, dataclasses.asdict(entry.context)]).decode() for entry in entries]
            assert refusal is None or not entries
            assert not any(spelling in text for text in [*stored, str(refusal)])
    assert refused >= len(SPELLINGS) * len(REQUEST_TEXTS)


@pytest.mark.parametrize(
    ("fact", "name"), [(fact, name) for fact in FACTS.values() for name in fact.texts], ids=lambda each: str(each)[-40:]
)
def test_every_text_of_every_fact_is_looked_at(fact: type[Event], name: str) -> None:
    context = Request(**{field.name: getattr(CONTEXT, field.name) for field in dataclasses.fields(Request)}).context(
        "§ 1"
    )
    for spelling in SPELLINGS:
        texts: dict[str, Any] = dict.fromkeys(fact.texts, "a text")
        in_a_fault = (Fault(code="a.code", path="/", message=f"by {spelling}"),)
        texts[name] = in_a_fault if name == "faults" else f"by {spelling}"
        with pytest.raises(NumberInOpenText):
            check_open_text([fact.model_construct(**texts)], context)


@pytest.mark.parametrize("spelling", [*SPELLINGS, *RARE_SPELLINGS])
@pytest.mark.parametrize("around", ["{}", "case {}.", "a{}b"])
def test_a_number_is_found_however_it_is_spelled(spelling: str, around: str) -> None:
    assert could_be_cpr(around.format(spelling))


@pytest.mark.parametrize(
    "text",
    [
        "case 2026610190000107",
        "2026-123456",
        "26/030112-7",
        "1234-567890",
        "34051178",
        "2012-123456",
        "2026-03-01 12:30",
        "2026-03-01T12:30:45.123456+00:00",
        "01.03.2026 12:30",
        "Mon Mar  2 10:10:45 2026",
        "1234 5678 9012",
        "DK50 0040 0440 1162 43",
        "positions 1234567 to 1234890",
        "+45 33 92 52 00",
        "1234567890abcdef" * 4,
        "person:abcdef12-3456-4890-8012-345678901234",
        "person:61019012-3456-4789-8012-345678901234",
        "rigsbog.local/610190ab-3456-4789-8012-345678901234",
    ],
)
def test_longer_numbers_company_numbers_times_ids_and_digests_are_recorded(text: str) -> None:
    ledger = MemoryLedger(lambda: NOW)
    handler = CommandHandler(ledger, Vault(MemoryKeys(), bytes(32)))
    fact = DisclosureRefused(
        disclosure=DisclosureId(UUID(int=2)),
        parties=(PersonId(UUID(int=1)),),
        question=QuestionKind.ROW,
        known=1,
        because="no right",
    )
    handler.execute(Past(facts=(fact,)), dataclasses.replace(CONTEXT, case=text))
    assert [entry.context.case for entry in ledger.entries()] == [text]
