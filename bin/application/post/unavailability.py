"""Makes a message unavailable, by a virus or a wrong dispatch, and available again if it was neither."""

from __future__ import annotations

from bin.application.application import Application
from bin.application.contexts import check_legal_basis
from bin.application.operations.record import operator_request
from domain.identity.cvr import CvrNumber
from domain.post.unavailability_commands import (
    AdministratorsAct,
    AnnulVirusFinding,
    LiftUnavailability,
    MakeUnavailable,
    ReportVirus,
)
from domain.record import Record
from domain.subject import MessageId


def report_virus(
    application: Application,
    message: MessageId,
    scanner: str,
    file: int | None,
    *,
    authority: CvrNumber,
    case: str | None,
) -> tuple[Record, ...]:
    """Report a virus in a message. Raises NoSuchMessage and NoSuchFile."""
    return _record(application, ReportVirus(message=message, scanner=scanner, file=file), authority, case)


def annul_finding(
    application: Application, message: MessageId, file: int | None, *, authority: CvrNumber, case: str
) -> tuple[Record, ...]:
    """Annul the finding of a virus. Raises the refusals of AnnulVirusFinding."""
    return _record(application, AnnulVirusFinding(message=message, file=file), authority, case)


def make_unavailable(
    application: Application, message: MessageId, basis: str, *, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Make a wrong dispatch unavailable. Raises NoLegalBasis and the refusals of MakeUnavailable."""
    check_legal_basis(basis)
    return _record(application, MakeUnavailable(message=message, legal_basis=basis), authority, case)


def lift_unavailability(
    application: Application, message: MessageId, basis: str, *, authority: CvrNumber, case: str
) -> tuple[Record, ...]:
    """Make available again what was no wrong dispatch. Raises NoLegalBasis and the refusals of LiftUnavailability."""
    check_legal_basis(basis)
    return _record(application, LiftUnavailability(message=message, legal_basis=basis), authority, case)


def _record(
    application: Application, command: AdministratorsAct, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    request = operator_request(application, authority=authority.value, case=case)
    handler = application.keyless_handler
    return handler.records_of(handler.execute(command, request))
