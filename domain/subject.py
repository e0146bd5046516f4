"""Subjects: whom or what a fact concerns, written `kind:uuid` wherever a person or a program reads them.

A subject's uuid says nothing about anybody: it is random, or it is the keyed index of an account, so a subject may be
in ids, URLs and logs, where a number itself must not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import new_class
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

KINDS: dict[str, type[SubjectId]] = {}
"""Every kind of subject by its stored name; a name, once used, is never used for another kind."""
SUBJECT = re.compile(r"[a-z_]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""How a subject is written, of whatever kind."""

REGISTERS_NAMESPACE = UUID("d1a5bbd4-3a4e-4d6c-9a55-1f5bb0a9c001")
LOGS_NAMESPACE = UUID("d1a5bbd4-3a4e-4d6c-9a55-1f5bb0a9c002")
"""Never changed: ids are made from them."""


@dataclass(frozen=True, slots=True, order=True)
class SubjectId:
    """One subject of one kind; two kinds with the same uuid are two subjects."""

    uuid: UUID
    kind: ClassVar[str]

    def __init_subclass__(cls, *, known: bool = True) -> None:
        if known:
            assert cls.kind not in KINDS, f"the kind {cls.kind} is taken"
            KINDS[cls.kind] = cls

    def __str__(self) -> str:
        return f"{self.kind}:{self.uuid}"

    @classmethod
    def of(cls, value: object) -> Self:
        """Read `kind:uuid`; raises ValueError when the kind is another or the uuid is not one."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise ValueError(f"a {cls.kind} is written {cls.kind}:<uuid>")  # noqa: TRY004 - pydantic turns ValueError, not TypeError, into its own error
        kind, _, text = value.partition(":")
        if kind != cls.kind:
            raise ValueError(f"expected {cls.kind}:<uuid>, not a {kind or 'text without a kind'}")
        return cls(UUID(text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.of, serialization=core_schema.to_string_ser_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "subject", "kind": cls.kind}


class PersonId(SubjectId):
    """A natural person (*fysisk person*), whatever number the person bears at the time."""

    __slots__ = ()
    kind = "person"


class CompanyId(SubjectId):
    """A legal entity (*juridisk enhed*)."""

    __slots__ = ()
    kind = "company"


class MessageId(SubjectId):
    """A message; the uuid is the MeMo messageUUID that its sender chose."""

    __slots__ = ()
    kind = "message"


class ReceiptId(SubjectId):
    """One receipt for one message; derived from the message and the receipt's kind, so there is only one."""

    __slots__ = ()
    kind = "receipt"


class CprIndex(SubjectId):
    """A CPR number; its uuid is random."""

    __slots__ = ()
    kind = "cpr"


class CvrIndex(SubjectId):
    """A CVR number; its uuid is random."""

    __slots__ = ()
    kind = "cvr"


class AccountIndex(SubjectId):
    """A bank account, seen only through its keyed index; one account may serve many payees."""

    __slots__ = ()
    kind = "account"


class DesignationId(SubjectId):
    """One designation of a NemKonto (*anvisning*)."""

    __slots__ = ()
    kind = "designation"


class PaymentId(SubjectId):
    """One payment of compensation for a loss by a fraudulent designation of a NemKonto."""

    __slots__ = ()
    kind = "payment"


class NoticeId(SubjectId):
    """One notice (*underretning*), such as to a payee about the payee's NemKonto."""

    __slots__ = ()
    kind = "notice"


class DisclosureId(SubjectId):
    """One answer about people that was given or refused."""

    __slots__ = ()
    kind = "disclosure"


class ReadRightId(SubjectId):
    """An authority's right to read a register."""

    __slots__ = ()
    kind = "right"


class EntryId(SubjectId):
    """One entry: something that holds for a time, such as an address; see domain/entry.py."""

    __slots__ = ()
    kind = "entry"


class PaperLetterId(SubjectId):
    """One letter on paper (*fysisk brev*)."""

    __slots__ = ()
    kind = "paper_letter"


class NotificationId(SubjectId):
    """One notification of a letter by one means (*advisering*)."""

    __slots__ = ()
    kind = "notification"


class RequestId(SubjectId):
    """What somebody asks an authority to decide (*ansøgning*)."""

    __slots__ = ()
    kind = "request"


class OutageId(SubjectId):
    """One outage of a view client or of the platform."""

    __slots__ = ()
    kind = "outage"


class SystemId(SubjectId):
    """A view client of Digital Post, or its platform as a whole."""

    __slots__ = ()
    kind = "system"


class RegisterId(SubjectId):
    """A register, as the subject of operators' acts; see `register_id`."""

    __slots__ = ()
    kind = "register"


class LogId(SubjectId):
    """A ledger as a whole, as the subject of operators' acts; see `log_id`."""

    __slots__ = ()
    kind = "log"


PartyId = PersonId | CompanyId
"""A person or company, who may own a mailbox or a NemKonto."""


def register_id(name: str) -> RegisterId:
    """The register of that name, in every ledger the same."""
    return RegisterId(uuid5(REGISTERS_NAMESPACE, name))


def log_id(name: str) -> LogId:
    """The ledger of that name; see `THIS_LOG` for the one that holds the fact."""
    return LogId(uuid5(LOGS_NAMESPACE, name))


THIS_LOG = log_id("this ledger")
"""The ledger that holds the fact, whatever its origin is."""


def subject(text: str) -> SubjectId:
    """Read a subject of any kind from `kind:uuid`; raises ValueError that lists the kinds."""
    kind, _, uuid = text.partition(":")
    if kind not in KINDS:
        raise ValueError(
            "a subject is written kind:uuid, not as a number and not as a uuid alone. "
            f"The kind is one of {', '.join(sorted(KINDS))}"
        )
    return KINDS[kind](UUID(uuid))


@lru_cache
def kind_named(name: str) -> type[SubjectId]:
    """The class of a kind by its stored name; one that only a newer version knows has no name here."""
    return KINDS.get(name) or new_class(
        "NewerSubject", (SubjectId,), {"known": False}, lambda space: space.update(kind=name, __slots__=())
    )


def subjects_in(value: Any) -> Iterator[SubjectId]:
    """The subjects among JSON values of which nothing is known but what they look like."""
    match value:
        case str() if SUBJECT.fullmatch(value):
            kind, _, uuid = value.partition(":")
            yield kind_named(kind)(UUID(uuid))
        case list() | tuple():
            for part in value:
                yield from subjects_in(part)
        case dict():
            yield from subjects_in(list(value.values()))
        case _:
            pass
