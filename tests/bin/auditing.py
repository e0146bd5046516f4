"""A short history for the auditor's commands: Anna is registered, renamed, and designates a NemKonto twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from typer.testing import CliRunner

from adapters.settings import load_settings
from bin.application.application import Application
from bin.cli import exits
from bin.cli.app import app
from domain.danish_time import day_of
from domain.identity.company import RegisterCompany
from domain.identity.cpr import parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.names import Address, PersonName
from domain.identity.person_commands import RegisterPerson
from domain.identity.person_name import ChangeName
from domain.nemkonto.account import parse_account
from domain.nemkonto.designation import DesignationChannel
from domain.nemkonto.designation_commands import DesignateNemkonto
from domain.subject import AccountIndex, CompanyId, CprIndex, CvrIndex, DesignationId, PersonId
from projections.catalogue import REGISTERS
from projections.engine.follow import follow
from tests.bin.terminal import READING_BASIS

ANNA = PersonId(UUID("a11a0000-0000-4000-8000-000000000001"))
FIRM = CompanyId(UUID("f1f10000-0000-4000-8000-000000000004"))
NUMBER = "6101901234"
FIRMS_NUMBER = "90000004"
KEY = base64.b64encode(b"k" * 32).decode()
FOR_A_CASE = ("--open", "--authority", "34051178", "--basis", "forvaltningsloven § 29", "--case", "2026-17")
TODAY = day_of(datetime.now(UTC))


@dataclass
class Scene:
    """A ledger in which Anna is registered, renamed, and designates a NemKonto twice."""

    environment: dict[str, str]
    url: str
    before_renaming: int
    designations: tuple[DesignationId, DesignationId]

    def run(self, *words: str, code: int = exits.OK) -> Any:
        """Run a command with --json and read its document."""
        result = CliRunner().invoke(app, [*words, "--json"], env=self.environment)

        assert result.exit_code == code, (result.output, result.exception)
        return json.loads(result.stdout)

    def shown(self, *words: str, code: int = exits.OK) -> str:
        """Run a command on a terminal of 60 columns."""
        result = CliRunner().invoke(app, words, env=self.environment | {"COLUMNS": "60"})

        assert result.exit_code == code, (result.output, result.exception)
        return result.stdout


@contextmanager
def played(database_url: str, home: Path) -> Iterator[Scene]:
    """Record the history and project it into the registers."""
    environment = {"DATABASE_URL": database_url, "RIGSBOG_HOME": str(home), "RIGSBOG_KEK": KEY}
    environment["RIGSBOG_BASIS"] = READING_BASIS
    application = Application(load_settings(environment), database_url)
    try:
        register_anna(application)
        before = application.ledger.head()
        act(application, ChangeName(person=ANNA, name=PersonName(given="Anna", family="Kjær")))
        designations = (DesignationId(uuid4()), DesignationId(uuid4()))
        for designation, account in zip(designations, ("5001 1234567890", "5001 9876543210"), strict=True):
            designate(application, designation, account)
        with application.database.project.connect() as connection:
            follow(connection, REGISTERS)
        yield Scene(environment, database_url, before, designations)
    finally:
        application.close()


def act(application: Application, command: Any) -> None:
    """Execute a command as a case worker."""
    application.handler.execute(command, application.request("employee:k7", case="2026-1"))


def register_anna(application: Application) -> None:
    """Register Anna and a company."""
    act(
        application,
        RegisterPerson(
            person=ANNA,
            index=CprIndex(uuid4()),
            number=parse_cpr(NUMBER),
            name=PersonName(given="Anna", family="Bech"),
            address=Address(street="Bøgevej 7", postal_code="5000", city="Odense C"),
        ),
    )
    act(
        application,
        RegisterCompany(company=FIRM, index=CvrIndex(uuid4()), number=parse_cvr(FIRMS_NUMBER), name="Bechs Bageri ApS"),
    )


def designate(application: Application, designation: DesignationId, account: str) -> None:
    """A bank reports an account as Anna's NemKonto."""
    read = parse_account(account)
    act(
        application,
        DesignateNemkonto(
            designation=designation,
            payee=ANNA,
            account_index=AccountIndex(application.vault.index("account", read.canonical)),
            account=read,
            channel=DesignationChannel.BANK,
            institution="5001",
            consent="customer order 1",
        ),
    )


def point_out(application: Application, designation: DesignationId, account: str) -> None:
    """The company designates an account itself, and is sent a code."""
    read = parse_account(account)
    act(
        application,
        DesignateNemkonto(
            designation=designation,
            payee=FIRM,
            account_index=AccountIndex(application.vault.index("account", read.canonical)),
            account=read,
            channel=DesignationChannel.SELF_SERVICE,
            code_hash=application.code_hash(designation, "12345678"),
        ),
    )
