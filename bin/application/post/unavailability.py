"""Makes a message unavailable: because a virus was found in it, or because it was sent by mistake."""

from __future__ import annotations

from bin.application.application import Application
from bin.application.contexts import check_legal_basis
from bin.application.operations.record import operator_request
from domain.identity.cvr import CvrNumber
from domain.post.unavailability_commands import AdministratorsAct, MakeUnavailable, ReportVirus
from domain.record import Record
from domain.subject import MessageId


def report_virus(
    application: Application, message: MessageId, scanner: str, *, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Report a virus in a message. Raises NoSuchMessage."""
    return _record(application, ReportVirus(message=message, scanner=scanner), authority, case)


def make_unavailable(
    application: Application, message: MessageId, basis: str, *, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    """Make a wrong dispatch unavailable. Raises NoLegalBasis and the refusals of MakeUnavailable."""
    check_legal_basis(basis)
    return _record(application, MakeUnavailable(message=message, legal_basis=basis), authority, case)


def _record(
    application: Application, command: AdministratorsAct, authority: CvrNumber, case: str | None
) -> tuple[Record, ...]:
    request = operator_request(application, authority=authority.value, case=case)
    handler = application.keyless_handler
    return handler.records_of(handler.execute(command, request))
