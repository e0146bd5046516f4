"""`rigsbog citizen`: what happens in the life of a person or a company, as authorities record it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from bin import exits, output
from bin.carry_out import carry_out, facts_told, from_standard_input, party, say_facts
from domain.company import CeaseCompany, ChangeCompanyAddress, ChangeCompanyName
from domain.exemption import ExemptFromMail, JoinVoluntarily, RevokeExemption
from domain.mail_registration import AccessEnd, RevocationCause
from domain.mail_registration_commands import BreakGrace
from domain.names import Address, PersonName
from domain.person_commands import (
    BeginResidence,
    ChangeAddress,
    ChangeName,
    CorrectDeath,
    EndResidence,
    ProtectNameAndAddress,
    RecordDeath,
    WithdrawProtection,
)
from domain.read_access import GrantReadAccess, RevokeReadAccess
from domain.subject import CompanyId, PartyId, PersonId

if TYPE_CHECKING:
    from domain.command import Command

CPR, CVR, POST = "CPR act", "CVR act", "LBK 686/2021 § 5"


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller said beside the act and its subject."""

    on: date | None = None
    until: date | None = None
    reader: PartyId | None = None
    by: str | None = None
    read: Callable[[], str] = str
    """Reads what stands on standard input."""

    @property
    def day(self) -> date:
        """The day that the act needs; a usage error without one."""
        if self.on is None:
            raise typer.BadParameter("this act needs --on, the day on which it happened")
        return self.on

    @property
    def someone(self) -> PersonId:
        """The reader that the act needs; a usage error without one."""
        if not isinstance(self.reader, PersonId):
            raise typer.BadParameter("this act needs --reader, a person:<uuid>")
        return self.reader


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its legal basis, what it makes of its subject, and whom it can befall."""

    legal_basis: str
    command: Callable[[Any, Said], Command[*tuple[Any, ...]]]
    of: tuple[type[PartyId], ...] = (PersonId,)


BOTH = (PersonId, CompanyId)
FIRM = (CompanyId,)


def _rename(who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    if isinstance(who, PersonId):
        return ChangeName(person=who, name=PersonName.model_validate_json(said.read()))
    return ChangeCompanyName(company=who, name=said.read().strip())


def _move(who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    address = Address.model_validate_json(said.read())
    return (
        ChangeAddress(person=who, address=address)
        if isinstance(who, PersonId)
        else ChangeCompanyAddress(company=who, address=address)
    )


ACTS = {
    "rename": Act(CPR, _rename, BOTH),
    "move": Act(CPR, _move, BOTH),
    "protect": Act(f"{CPR} § 28", lambda who, said: ProtectNameAndAddress(person=who, until=said.until)),
    "unprotect": Act(f"{CPR} § 28", lambda who, said: WithdrawProtection(person=who)),
    "leave": Act(CPR, lambda who, said: EndResidence(person=who, ended_on=said.day)),
    "return": Act(CPR, lambda who, said: BeginResidence(person=who, began_on=said.day)),
    "died": Act(CPR, lambda who, said: RecordDeath(person=who, died_on=said.day)),
    "correct-death": Act(CPR, lambda who, said: CorrectDeath(person=who)),
    "cease": Act(CVR, lambda who, said: CeaseCompany(company=who, ceased_on=said.day), FIRM),
    "exempt": Act(POST, lambda who, said: ExemptFromMail(recipient=who, decided_by=said.by or "municipality"), BOTH),
    "revoke-exemption": Act(
        POST, lambda who, said: RevokeExemption(recipient=who, cause=RevocationCause(said.by or "self")), BOTH
    ),
    "join": Act(
        "LBK 686/2021 § 4",
        lambda who, said: JoinVoluntarily(recipient=who, birth_date=said.on, digital_signature=True),
        BOTH,
    ),
    "break-grace": Act("LBK 686/2021 § 3(2)", lambda who, said: BreakGrace(recipient=who), FIRM),
    "grant-access": Act(
        "borger.dk, læseadgang", lambda who, said: GrantReadAccess(owner=who, reader=said.someone), BOTH
    ),
    "revoke-access": Act(
        "borger.dk, læseadgang",
        lambda who, said: RevokeReadAccess(owner=who, reader=said.someone, cause=AccessEnd(said.by or "owner")),
        BOTH,
    ),
}
"""Every act by its word."""
HELP = "One of: " + ", ".join(ACTS) + "."


def citizen(
    act: Annotated[str, typer.Argument(help=HELP)],
    subject: Annotated[str, typer.Argument(help="Whom it befalls: person:<uuid> or company:<uuid>.")],
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="died, cease, leave, return: the day; join: the birth date."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="protect: the first day without.")
    ] = None,
    reader: Annotated[str | None, typer.Option(help="grant-access, revoke-access: person:<uuid>.")] = None,
    by: Annotated[str | None, typer.Option(help="exempt: who decided; revoke-exemption: self or municipality.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Record what happened to a person or a company, and say which facts followed.

    rename reads {"given": ..., "family": ...} (a company's name as it is) and move reads {"street": ...,
    "postal_code": ..., "city": ...} from standard input, for names and addresses do not belong in a shell's history.
    What follows by itself, such as a mailbox closed by a death, is done by `rigsbog run`.
    """
    from bin.house import acting, open_house

    what, who = ACTS.get(act), party(subject)
    if what is None or not isinstance(who, what.of):
        raise typer.BadParameter(f"there is no such act of a {who.kind}. {HELP}")
    said = Said(
        on and on.date(),
        until and until.date(),
        None if reader is None else party(reader),
        by,
        lambda: from_standard_input("JSON"),
    )
    with open_house() as house:
        recorded = carry_out(house, _command(what, who, said), acting("system:citizen", what.legal_basis))
    if json:
        output.print_json({"act": act, "subject": who, "recorded": facts_told(recorded)})
    else:
        say_facts(recorded)


def _command(what: Act, who: PartyId, said: Said) -> Command[*tuple[Any, ...]]:
    try:
        return what.command(who, said)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}" for one in error.errors(include_input=False)
        ]
        raise exits.BadInput("; ".join(faults)) from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def main() -> None:
    """Run the tool by itself."""
    exits.run(lambda: typer.run(citizen))
