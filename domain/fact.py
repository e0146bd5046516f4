"""Facts: what happened, in the past tense, frozen, and never changed once recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from domain.subject import SubjectId, subjects_in

T = TypeVar("T")


class Retention(StrEnum):
    """How long a kind of personal data may be stored; each class has a key of its own for each holder."""

    IDENTITY = "identity"
    """Who somebody is: numbers, names, addresses; and every fact that names no other class."""
    POST = "post"
    """Letters: what they say, and the reasons that were given about them."""
    PAYMENTS = "payments"
    """Accounts, how they were designated, and what was claimed for them."""
    REJECTED = "rejected"
    """Letters that were rejected because their recipient is not registered: the message itself holds the key."""
    HEALTH = "health"
    """Data concerning health, such as why somebody is exempt. GDPR art. 9(1)."""
    LOGIN = "login"
    """Who logged in, by which means and when."""
    QUEUE = "queue"
    """The queue before a service that many ask for at once: who held which ticket. It is deleted after 30 days."""
    CREDENTIAL = "credential"
    """Proofs that somebody holds on a device, such as a driving licence."""


class Sealed:
    """The value of a personal field that the reader may not open, or whose key is destroyed."""

    def __repr__(self) -> str:
        return "SEALED"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"const": "sealed"}


SEALED: Final = Sealed()


class PersonalMark:
    """Marks a field as personal: it is not in the payload, and is encrypted before it reaches the ledger."""


PERSONAL: Final = PersonalMark()
Personal = Annotated[T | Sealed, PERSONAL]
"""`name: Personal[str]`: a decision does not see the value again: it is SEALED in every fold, except that of an entity
which is `opened`. An authorised reader may.

GDPR art. 4(1) and 5(1)(f). A field that may be missing is written `Personal[str | None]`.
"""


class Event(BaseModel):
    """A fact. Its first field names its own subject; it concerns every subject that its fields name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    retention: ClassVar[Retention] = Retention.IDENTITY
    holder: ClassVar[str | None] = None
    """The field that names whose key encrypts the personal fields; None: the fact's own subject."""
    retention_of_own_key: ClassVar[Retention | None] = None
    """The class where the field `holder` is empty, so that the fact's own subject holds the key; None: `retention`."""
    once: ClassVar[bool] = False
    """True: the law lets it happen to its own subject at most once, and the decider keeps it so."""
    protected: ClassVar[bool] = False
    """True: the personal fields of a protected person are not disclosed. CPR act § 28."""
    deciders: ClassVar[frozenset[str]] = frozenset({"decided_by"})
    """The fields that name who decided: the fact is about others, and no state of that authority follows from it."""
    numbers: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """The field with the subject of a number -> the personal field with that number."""
    personal: ClassVar[frozenset[str]] = frozenset()
    texts: ClassVar[tuple[str, ...]] = ()
    """The open fields that hold text, and not only ids, enumerations or numbers."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        cls.personal = frozenset(name for name, field in cls.model_fields.items() if PERSONAL in field.metadata)
        cls.texts = tuple(
            name
            for name, field in cls.model_fields.items()
            if name not in cls.personal and _holds_text(field.annotation)
        )

    @property
    def newer(self) -> Mapping[str, Any]:
        """The fields and values of a stored fact that only a newer version knows, as they are stored."""
        return self.__pydantic_extra__ or {}

    @property
    def own_subject(self) -> SubjectId:
        """The subject that this fact is first of all about."""
        first = getattr(self, next(iter(type(self).model_fields)))
        assert isinstance(first, SubjectId), f"the first field of {type(self).__name__} must name its subject"
        return first

    @property
    def holding(self) -> tuple[SubjectId, Retention]:
        """Whose key encrypts the personal fields, and of which class."""
        named = getattr(self, self.holder) if self.holder else None
        if isinstance(named, SubjectId):
            return named, self.retention
        return self.own_subject, self.retention_of_own_key or self.retention

    def subjects(self) -> tuple[SubjectId, ...]:
        """Everyone and everything that this fact concerns, its own subject first, each once; not who decided it."""
        subjects: dict[SubjectId, None] = {}
        for name in type(self).model_fields:
            value = None if name in self.deciders else getattr(self, name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, SubjectId):
                    subjects[part] = None
        newer = [value for name, value in self.newer.items() if name not in self.deciders]
        return tuple(subjects | dict.fromkeys(subjects_in(newer)))

    def open_fields(self) -> dict[str, Any]:
        """What is not personal, as JSON values."""
        newer = {name: value for name, value in self.newer.items() if name not in self.personal and value is not SEALED}
        return self.model_dump(mode="json", exclude={*self.personal, *newer} or None) | newer

    def open_texts(self) -> Iterator[str]:
        """Every text that is stored unencrypted."""
        for name in self.texts:
            yield from _texts(getattr(self, name))

    def personal_fields(self) -> dict[str, Any]:
        """What is personal, as JSON values; raises ValueError for a field that is encrypted."""
        if any(getattr(self, name) is SEALED for name in self.personal):
            raise ValueError(f"{type(self).__name__} holds an encrypted field: only decrypted facts can be recorded")
        return self.model_dump(mode="json", include=set(self.personal)) if self.personal else {}

    def without_personal_fields(self) -> Self:
        """The same fact, its personal fields SEALED."""
        return self.model_copy(update=dict.fromkeys(self.personal, SEALED)) if self.personal else self


def _holds_text(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return annotation is str or issubclass(annotation, BaseModel)
    return any(_holds_text(part) for part in get_args(annotation))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for part in value:
                yield from _texts(part)
        case BaseModel():
            for name in type(value).model_fields:
                yield from _texts(getattr(value, name))
        case _:
            pass
