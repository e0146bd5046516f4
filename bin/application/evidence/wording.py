"""Says in Danish or in English what a fact means and who acted: sentences with the names and values of one fact.

`words/facts.toml` has the sentences, and says how they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel

from bin.application.disclosure import PARTIES
from bin.application.evidence.citation import cited
from bin.application.evidence.language import PAGE, Both, Language, day_in, kroner_in, read_words, time_in
from domain.context import Context
from domain.fact import SEALED, Event
from domain.identity.names import Address, PersonName
from domain.identity.sender import OPERATORS
from domain.identity.uncertain_day import UncertainDay
from domain.masked import MaskedText
from domain.newer import NewerFact
from domain.reactions import REGISTER_OF
from domain.subject import SubjectId, subject

FACTS = read_words("facts")
CHOICES = read_words("choices")
FIELDS = read_words("fields")
LAW = read_words("law")
PIECE = re.compile(r"\[|\]|\{\w+[?!]?\}|[^\[\]{]+")
AMOUNT = "_oere"
MISSING = "(…)"
"""In the place of a value that a sentence needs and a fact lacks."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for one reader: in a language, and with the names that the reader may see."""

    language: Language
    parties: Mapping[SubjectId, str]
    """What each person and company is called in the sentences: a name, or a label such as Person 1."""
    authorities: Mapping[str, str]
    """What the authority with a CVR number is called."""

    def sentence(self, name: str, event: Event) -> str:
        """What a fact means."""
        if isinstance(event, NewerFact) or name not in FACTS:
            return self.said(PAGE["newer"])
        return self.filled(FACTS[name], lambda field: getattr(event, field, None))

    def said(self, both: Both, **values: Any) -> str:
        """Words with their values; a part in brackets is left out when a value in it is empty."""
        return self.filled(both, values.get)

    def filled(self, both: Both, value: Callable[[str], Any]) -> str:
        """The same, with each value asked for by its name."""
        text, _ = self._part(iter(PIECE.findall(both[self.language])), value)
        # What is quoted may end a sentence itself.
        return text.replace(".«.", ".«").replace(".”.", ".”")

    def _part(self, pieces: Iterator[str], value: Callable[[str], Any]) -> tuple[str, bool]:
        """The text up to the end of a part, and whether all that it needs is there."""
        text, whole = "", True
        for piece in pieces:
            if piece == "]":
                break
            if piece == "[":
                part, needed = self._part(pieces, value)
                text += part if needed else ""
            elif not piece.startswith("{"):
                text += piece
            elif piece[-2] in "?!":
                given = value(piece[1:-2])
                whole = whole and (is_given(given) and given is not False) == (piece[-2] == "?")
            else:
                written = self.value(value(piece[1:-1]), piece[1:-1])
                text, whole = text + (written or MISSING), whole and written != ""
        return text, whole

    def value(self, value: Any, name: str = "") -> str:
        """A value in words; nothing for what is empty or sealed."""
        match value:
            case None | ():
                text = ""
            case bool():
                text = self.said(PAGE["yes" if value else "no"])
            case Enum():
                text = self.choice(type(value).__name__, value.value)
            case datetime():
                text = self.said(PAGE["day"], day=time_in(value, self.language))
            case date():
                text = self.said(PAGE["day"], day=day_in(value, self.language))
            case int() if name.endswith(AMOUNT):
                text = kroner_in(value, self.language)
            case SubjectId():
                text = self.parties.get(value) or self.subject(value)
            case tuple() | list():
                text = ", ".join(self.value(part) for part in value)
            case BaseModel() | MaskedText() | UncertainDay():
                text = self._written(value)
            case _:
                text = "" if value is SEALED else str(value)
        return text

    def _written(self, value: BaseModel | MaskedText | UncertainDay) -> str:
        match value:
            case MaskedText():
                return value.value
            case UncertainDay():
                return self.value(value.certain) or str(value)
            case PersonName():
                return " ".join(filter(None, (value.given, value.middle, value.family)))
            case Address():
                place = " ".join(filter(None, (value.postal_code, value.city)))
                return ", ".join(filter(None, (value.care_of, value.street, place, value.country)))
            case _:
                # `kind` says which class it is, and nothing more.
                parts = ((name, getattr(value, name)) for name in type(value).model_fields if name != "kind")
                return "; ".join(f"{self.field(name)}: {self.value(part)}" for name, part in parts if is_given(part))

    def choice(self, enumeration: str, value: str) -> str:
        """What a value of an enumeration is called; one that only a newer version knows, as it is stored."""
        both = CHOICES.get(enumeration, {}).get(value)
        return value if both is None else self.said(both)

    def field(self, name: str) -> str:
        """What a field of a fact or a column of a register is called."""
        return str(FIELDS[self.language].get(name) or name.replace("_", " "))

    def subject(self, about: SubjectId) -> str:
        """What a subject is called that has no name here."""
        if about in OPERATORS:
            return self.authority(REGISTER_OF[about])
        return self.said(LAW["kinds"][about.kind]) if about.kind in LAW["kinds"] else str(about)

    def by_whom(self, context: Context) -> str:
        """Who acted, who answers for it, on which paragraph, and in which case."""
        by_party = context.actor.startswith(PARTIES)
        return self.said(
            PAGE["by_actor"]["person" if by_party else "other"],
            actor=self._actor(context.actor),
            authority=self.authority(context.authority),
            basis=cited(context.legal_basis, self.language),
            case=context.case,
        )

    def authority(self, number: str) -> str:
        """The authority with a CVR number, by its name where the register knows one; or the name of a register."""
        if number in LAW["registers"]:
            return self.said(LAW["registers"][number])
        return self.authorities.get(number) or f"CVR {number}"

    def _actor(self, actor: str) -> str:
        kind, _, name = actor.partition(":")
        match kind:
            case "person" | "company":
                return self.value(subject(actor))
            case "authority":
                return self.authority(name)
            case "operator":
                return self.said(PAGE["operator"], name=name)
            case "system":
                known = LAW["systems"].get(name)
                return self.said(PAGE["system"], name=name if known is None else self.said(known))
            case _:
                return actor


def is_given(value: Any) -> bool:
    """Whether a field holds something that can be shown."""
    return value is not SEALED and value is not None and value not in ((), [], "")
