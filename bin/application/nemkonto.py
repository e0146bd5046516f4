"""NemKonto: a payee designates, activates, ends and reads the account that public payments go to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from adapters.documents import DocumentFault, Stored
from bin.application.application import Application
from bin.application.contexts import OPERATOR, OnBehalf, Reading
from bin.application.disclosure import Reader
from bin.application.disclosure_log import Answer
from bin.application.documents import designation_document, log_fault, read_document
from domain.danish_time import day_of
from domain.errors import ErrorKind, RigsbogError
from domain.fact import Retention
from domain.identity.cvr import parse_cvr
from domain.nemkonto.account import AnyAccount
from domain.nemkonto.designation import (
    STATUSES,
    ActivationRefused,
    DesignationCancelled,
    DesignationChannel,
    DesignationStatus,
    DesignationVoided,
    EndCause,
    NemkontoActivated,
    NemkontoDesignated,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.nemkonto.designation_commands import (
    ActivateNemkonto,
    DesignateNemkonto,
    WithdrawDesignation,
)
from domain.nemkonto.ending_commands import CorrectNemkontoEnd, EndNemkonto, UndoNemkontoEnd
from domain.nemkonto.nemkonto import NEMKONTO
from domain.operations.disclosure import OWN_DATA, QuestionKind
from domain.policy import ACTIVATION_CODE_DIGITS
from domain.post.paper_commands import address_for_paper, addresses_of
from domain.record import Record
from domain.subject import AccountIndex, DesignationId, EntryId, PartyId, PersonId


class NoSuchDesignation(RigsbogError):
    """No such designation is recorded: name one as `rigsbog nemkonto show` lists it."""

    kind = ErrorKind.NOT_FOUND


class NoSuchDocument(RigsbogError):
    """No document is stored for this designation, or it was erased. Ask the authority that recorded it."""

    kind = ErrorKind.NOT_FOUND


@dataclass(frozen=True, slots=True)
class DesignatedAccount:
    """A new designation, and the activation code for the payee's letter; None if it is the payee's account already."""

    designation: DesignationId | None
    activation_code: str | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Activation:
    records: tuple[Record, ...]

    @property
    def accepted(self) -> bool:
        """Whether the code was right; a wrong code is recorded too, because attempts are counted."""
        return not any(isinstance(record.event, ActivationRefused) for record in self.records)


@dataclass(frozen=True, slots=True)
class Designation:
    designation: DesignationId
    account: str | None
    """None when it was erased."""
    channel: DesignationChannel
    designated_at: datetime
    status: DesignationStatus = DesignationStatus.DESIGNATED
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Designating:
    """Who designates for the payee, and on what it rests."""

    person: PersonId | None = None
    signature: str | None = None
    """A reference to the case worker's signature."""
    document: bytes | None = None
    """The signed form, or another document."""


BY_THE_PAYEE = Designating()


def designate(
    application: Application,
    payee: PartyId,
    account: AnyAccount,
    channel: DesignationChannel = DesignationChannel.SELF_SERVICE,
    *,
    institution: str | None = None,
    consent: str | None = None,
    requested_on: date | None = None,
    designation: DesignationId | None = None,
    by: Designating = BY_THE_PAYEE,
    on_behalf: OnBehalf = OPERATOR,
) -> DesignatedAccount:
    """Designate an account. Unless a bank reports it, it must be activated by the code in the result."""
    designation = designation or DesignationId(uuid4())
    code = None if channel is DesignationChannel.BANK else new_code(application.ledger.now())
    command = DesignateNemkonto(
        designation=designation,
        payee=payee,
        account_index=AccountIndex(application.vault.index("account", account.canonical)),
        account=account,
        channel=channel,
        institution=institution,
        consent=consent,
        code_hash=None if code is None else application.code_hash(designation, code),
        address=None if code is None else _letter_address(application, payee),
        requested_on=requested_on,
        acted_by=by.person,
        signature=by.signature,
        document=None if by.document is None else _store(application, designation, payee, by.document),
    )
    records = application.execute(command, str(by.person or payee), on_behalf)
    new = any(isinstance(record.event, NemkontoDesignated) for record in records)
    return DesignatedAccount(designation, code, records) if new else DesignatedAccount(None, None, records)


def activate(
    application: Application,
    designation: DesignationId,
    code: str,
    *,
    by: PersonId | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> Activation:
    """Activate a designation by its code. Raises NoSuchDesignation, NotAnActivationCode, or a refusal."""
    payee, code_hash = payee_of(application, designation), application.code_hash(designation, code)
    command = ActivateNemkonto(designation=designation, payee=payee, code_hash=code_hash, acted_by=by)
    return Activation(application.execute(command, str(by or payee), on_behalf))


def withdraw(
    application: Application,
    designation: DesignationId,
    *,
    by: PersonId | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Withdraw a designation that awaits activation. Raises the refusals of WithdrawDesignation."""
    payee = payee_of(application, designation)
    command = WithdrawDesignation(designation=designation, payee=payee, acted_by=by)
    return application.execute(command, str(by or payee), on_behalf)


def end(
    application: Application,
    designation: DesignationId,
    cause: EndCause,
    happened_on: date | None,
    *,
    by: PersonId | None = None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """End a payee's active NemKonto without another in its place; only on request the payee acts, or who acts for it.

    Raises the refusals of EndNemkonto.
    """
    payee = payee_of(application, designation)
    command = EndNemkonto(designation=designation, payee=payee, cause=cause, happened_on=happened_on, acted_by=by)
    actor = str(by or payee) if cause is EndCause.REQUEST else application.authority_actor
    return application.execute(command, actor, on_behalf)


def correct_end(
    application: Application,
    designation: DesignationId,
    cause: EndCause,
    happened_on: date | None,
    on_behalf: OnBehalf = OPERATOR,
) -> tuple[Record, ...]:
    """Correct the day of an end, or undo it if there is no day. Raises EndNotCorrected, NoSuchEnd, EndNeedsItsDay."""
    payee = payee_of(application, designation)
    command = (
        CorrectNemkontoEnd(designation=designation, payee=payee, cause=cause, happened_on=happened_on)
        if happened_on
        else UndoNemkontoEnd(designation=designation, payee=payee, cause=cause)
    )
    return application.execute(command, application.authority_actor, on_behalf)


def show(application: Application, payee: PartyId, reader: Reader | None = None) -> list[Designation]:
    """A payee's designations, whose reading is recorded before they are given; without a reader the payee reads.

    Raises ReadingNeedsBasis.
    """
    (state,) = application.handler.states([NEMKONTO.of(payee)])
    known = application.ledger.head()
    asked: dict[str, Any] = {"register_name": "nemkonto", "rows": len(state.designated)}
    if reader is not None:
        reader.disclose(QuestionKind.ROW, known, [payee], **asked)
    else:
        answer = Answer(question=QuestionKind.ROW, parties=(payee,), known=known, **asked)
        own = Reading(parse_cvr(application.settings.authority), OWN_DATA, case=None)
        application.disclosures.record(answer, own, str(payee), opened=True)
    return designations(application, payee)


def designations(application: Application, payee: PartyId) -> list[Designation]:
    """A payee's designations, the earliest first. The caller must have recorded the reading first."""
    rows: dict[DesignationId, Designation] = {}
    for record in application.handler.opened_records(payee, facts=tuple(STATUSES)):
        event, designation = record.event, record.event.own_subject
        assert isinstance(designation, DesignationId), "facts of a NemKonto are about a designation"
        if isinstance(event, NemkontoDesignated) and event.payee != payee:
            continue
        if isinstance(event, NemkontoDesignated):
            account = event.account.masked if isinstance(event.account, AnyAccount) else None
            rows[designation] = Designation(designation, account, event.channel, record.recorded_at)
        row = rows[designation]
        if isinstance(event, NemkontoActivated):
            row = replace(row, valid_from=event.effective_on)
        if isinstance(event, DesignationCancelled | DesignationVoided):
            row = replace(row, valid_from=None, valid_to=None)
        if isinstance(event, NemkontoSuperseded | NemkontoEnded | NemkontoEndCorrected):
            row = replace(row, valid_to=event.valid_to)
        if isinstance(event, NemkontoRestored):
            row = replace(row, valid_to=None)
        rows[designation] = replace(row, status=STATUSES.get(type(event), row.status))
    return list(rows.values())


def new_code(now: datetime) -> str:
    """A new activation code, with as many digits as the law requires on this day."""
    digits = ACTIVATION_CODE_DIGITS.on(day_of(now)).value
    return f"{secrets.randbelow(10**digits):0{digits}}"


def document_of(application: Application, designation: DesignationId, reader: Reader) -> bytes:
    """The document on which a designation rests: read whole, then recorded as disclosed, and then given.

    Raises NoSuchDesignation, NoSuchDocument, ReadingNeedsBasis and DocumentFault.
    """
    payee = payee_of(application, designation)
    (designated,) = application.handler.opened_records(designation, facts=[NemkontoDesignated])
    assert isinstance(designated.event, NemkontoDesignated), "no other fact was asked for"
    if designated.event.document is None:
        raise NoSuchDocument
    try:
        content = read_document(application, designated)
    except DocumentFault as fault:
        log_fault(designated, fault)
        raise
    reader.disclose(QuestionKind.EXPORT, application.ledger.head(), [payee], register_name="nemkonto", rows=1)
    if content is None:
        raise NoSuchDocument
    return content


def _store(application: Application, designation: DesignationId, payee: PartyId, content: bytes) -> UUID:
    """Store a document before the fact that names it; what is refused leaves a document that nothing names."""
    name = designation_document(application.vault, designation, content)
    application.documents.put([Stored((payee, Retention.PAYMENTS), name, content)])
    return name


def _letter_address(application: Application, payee: PartyId) -> EntryId | None:
    """The address to which a letter to the payee goes today."""
    (addresses,) = application.handler.states([addresses_of(payee).of(payee)])
    return address_for_paper(addresses, day_of(application.ledger.now()))


def payee_of(application: Application, designation: DesignationId) -> PartyId:
    """Whose designation it is. Raises NoSuchDesignation."""
    for record in application.handler.records(designation):
        if isinstance(record.event, NemkontoDesignated):
            return record.event.payee
    raise NoSuchDesignation
