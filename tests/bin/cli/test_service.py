"""A court serves by the tools: what each leaves in the ledger, in the register of service, and in the sent mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.danish_time import COPENHAGEN
from tests.bin.terminal import ASKS_CONFIRMATION, Terminal, company, cpr, letter, person

TODAY = datetime.now(COPENHAGEN).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture(scope="module")
def people(terminal: Terminal) -> dict[str, str]:
    """Anna, and the court that writes to her."""
    return dict(zip(("anna", "court"), terminal.register(person(1), company()), strict=True))


def row(terminal: Terminal, register: str, subject: str) -> dict[str, Any]:
    """The one row that the register has about the subject now."""
    (answer,) = terminal.ok("as-of", register, subject, "--json").lines
    (only,) = answer["rows"]
    return dict(only)


class TestService:
    def test_a_recipient_confirms_and_the_stated_day_counts(
        self, terminal: Terminal, people: dict[str, str], tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), **ASKS_CONFIRMATION))
        message = f"message:{line['message_uuid']}"
        confirm = ("service", "confirm", message, "--reader", people["anna"], "--on")
        assert terminal.run(*confirm, f"{TOMORROW}").code == 3
        assert terminal.run(*confirm, f"{YESTERDAY}").code == 3
        terminal.ok("open", message, "--reader", people["anna"])
        terminal.ok(*confirm, f"{TODAY}")
        served = row(terminal, "services", message)
        assert (served["method"], served["served_on"]) == ("digital", f"{TODAY}")
        assert (served["recipient"], served["reader"]) == (people["anna"], people["anna"])
        copy = row(terminal, "sent_mail", people["anna"])
        assert copy["message"] == line["message_uuid"]
        assert (terminal.facts(message)["ReceiptCopied"], terminal.facts(message)["ReceiptIssued"]) == (1, 3)

    def test_the_first_handling_serves_and_the_register_says_who_handled_it_how(
        self, terminal: Terminal, people: dict[str, str], tmp_path: Path
    ) -> None:
        (bo,) = terminal.register(person(2))
        terminal.ok("citizen", "grant-mandate", people["anna"], "--holder", bo, "--kind", "read")
        (line,) = terminal.submit(letter(tmp_path, cpr(1), legal_notification=True))
        message = f"message:{line['message_uuid']}"
        terminal.ok("open", message, "--reader", bo, "--act", "forward", "--to", "email", "--channel", "mit.dk")
        served = row(terminal, "services", message)
        assert served["method"] == "simplified_digital"
        assert (served["handling"], served["channel"]) == ("forwarded", "mit.dk")
        assert (served["recipient"], served["reader"]) == (people["anna"], bo)
        (granted,) = terminal.ok("as-of", "mandates", bo, "--json").lines[0]["rows"]
        assert served["mandate"] == f"entry:{granted['entry']}"
        assert served["served_at"] is not None

    def test_a_court_gives_digital_service_up_and_serves_by_another_method(
        self, terminal: Terminal, people: dict[str, str], tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), legal_notification=True))
        message = f"message:{line['message_uuid']}"
        court = (message, "--sender", people["court"], "--authority", "34051178", "--case", "2026-17")
        terminal.ok("service", "abandon", *court, "--next", "bailiff")
        terminal.ok("open", message, "--reader", people["anna"])
        assert "ServiceEffected" not in terminal.facts(message)
        terminal.ok("service", "record", *court, "--method", "bailiff", "--on", f"{TODAY}")
        served = row(terminal, "services", message)
        assert (served["method"], served["served_on"], served["next_method"]) == ("bailiff", f"{TODAY}", "bailiff")
        again = terminal.run("service", "reached", *court, "--on", f"{TODAY}")
        assert again.code == 3
        assert "a message is served once. The register `services` shows how." in again.err
        (record,) = terminal.ok("history", message, "--json").lines[0]["records"][-1:]
        assert (record["fact"], record["authority"], record["case"]) == ("ServedOtherwise", "34051178", "2026-17")

    def test_a_court_finds_that_the_document_reached_its_addressee(
        self, terminal: Terminal, people: dict[str, str], tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), legal_notification=True))
        message = f"message:{line['message_uuid']}"
        terminal.ok("service", "reached", message, "--sender", people["court"], "--on", f"{TODAY}")
        assert row(terminal, "services", message)["method"] == "reached_addressee"

    def test_an_unknown_message_is_refused_like_anothers(self, terminal: Terminal, people: dict[str, str]) -> None:
        unknown = "message:00000000-0000-4000-8000-000000000000"
        said = terminal.run("service", "abandon", unknown, "--sender", people["court"], "--next", "letter")
        assert said.code == 3
        assert terminal.run("service", "confirm", unknown, "--reader", people["anna"], "--on", f"{TODAY}").code == 3
