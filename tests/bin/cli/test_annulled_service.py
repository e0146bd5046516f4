"""A service that does not hold is annulled by its court: the message can be served again; no recorded time moves."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, letter, person
from tests.bin.verifier.stranger import VALID, prove, seal, verdict

TODAY = "2026-03-10"


def row(terminal: Terminal, register: str, message: str) -> dict[str, Any]:
    """The one row that the register has about the message now."""
    (only,) = terminal.ok("as-of", register, message, "--json").lines[0]["rows"]
    return dict(only)


def records(terminal: Terminal, message: str) -> list[dict[str, Any]]:
    """All that was recorded about it."""
    return list(terminal.ok("history", message, "--json").lines[0]["records"])


def test_a_summons_opened_by_a_mandate_that_never_held_is_served_again(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set_clock(datetime(2026, 3, 10, 9, tzinfo=UTC))
    _, anna, bo = terminal.register(company(), person(1), person(2))
    (court,) = terminal.ok("find", stdin=AUTHORITY).out.split()[:1]
    lines = terminal.submit(*(letter(tmp_path, cpr(1), legal_notification=True) for _ in range(2)))
    opened, otherwise = (f"message:{line['message_uuid']}" for line in lines)
    terminal.ok("citizen", "grant-mandate", anna, "--holder", bo, "--kind", "read")
    for message in (opened, otherwise):
        terminal.ok("open", message, "--reader", bo)
    (entry,) = [each["fields"]["entry"] for each in records(terminal, anna) if each["fact"] == "MandateGranted"]
    terminal.ok("citizen", "annul-entry", anna, "--entry", entry)
    wrong = row(terminal, "services", opened)
    by_court = ("--sender", court, "--method", "bailiff", "--on", TODAY)
    assert terminal.run("service", "record", otherwise, *by_court).code == 3

    before = records(terminal, opened)
    for message in (opened, otherwise):
        terminal.ok("service", "annul", message, "--sender", court, "--because", "reader_not_entitled")
    assert records(terminal, opened)[: len(before)] == before
    annulled = row(terminal, "services", opened)
    assert annulled["annulled_because"] == "reader_not_entitled"
    assert {**annulled, "annulled_at": None, "annulled_because": None} == wrong
    assert row(terminal, "messages", opened)["served_at"] is None

    (position,) = [each["position"] for each in records(terminal, anna) if each["fact"] == "MandateAnnulled"]
    (impact,) = terminal.ok("impact", str(position), "--json").lines
    listed = {each["message"]: each for each in impact["letters"]}
    assert set(listed) >= {opened, otherwise}
    for message in (opened, otherwise):
        assert not listed[message]["served"]
        assert "ServiceAnnulled" in str(listed[message]["later"])

    terminal.set_clock(datetime(2026, 3, 12, 9, tzinfo=UTC))
    terminal.ok("open", opened, "--reader", anna)
    terminal.ok("service", "record", otherwise, *by_court)
    served = row(terminal, "services", opened)
    assert (served["reader"], served["annulled_at"], served["served_at"][:10]) == (anna, None, "2026-03-12")
    assert row(terminal, "messages", opened)["served_at"] == served["served_at"]
    assert row(terminal, "services", otherwise) == {
        **row(terminal, "services", otherwise),
        "method": "bailiff",
        "served_on": TODAY,
        "reader": None,
        "handling": None,
        "annulled_at": None,
    }
    facts = terminal.facts(opened)
    assert (facts["ServiceEffected"], facts["ReceiptCopied"], facts["ServiceAnnulled"]) == (2, 2, 1)
    assert [each["status"] for each in waiting(terminal)].count("SERVED") == 3

    shown = terminal.ok("open", otherwise, "--reader", anna)
    assert f"Served (forkyndt): on {TODAY}, by bailiff." in shown.err
    (document,) = terminal.ok("open", otherwise, "--reader", anna, "--json").lines
    assert (document["served_on"], document["clock"]["served_at"]) == (TODAY, None)


def waiting(terminal: Terminal) -> list[dict[str, Any]]:
    """The receipts that await acknowledgement."""
    return terminal.ok("receipts", "--json").lines


def test_the_proof_of_an_annulled_service_proves_the_annulment_and_then_the_service_after_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.set_clock(datetime(2026, 3, 12, 9, tzinfo=UTC))
    gro, hans = terminal.register(person(3), person(4))
    (court,) = terminal.ok("find", stdin=AUTHORITY).out.split()[:1]
    (line,) = terminal.submit(letter(tmp_path, cpr(3), legal_notification=True))
    message = f"message:{line['message_uuid']}"
    terminal.ok("citizen", "grant-mandate", gro, "--holder", hans, "--kind", "read")
    terminal.ok("open", message, "--reader", hans)
    terminal.ok("service", "annul", message, "--sender", court, "--because", "reader_not_entitled")
    proofs, said = [], list[str]()
    for name in ("annulled", "again"):
        if name == "again":
            terminal.set_clock(datetime(2026, 3, 13, 9, tzinfo=UTC))
            terminal.ok("open", message, "--reader", gro)
        key, file = seal(terminal), tmp_path / f"{name}.tlog-proof"
        made = prove(terminal, message, file, "--wait", "0")
        of_message = {each["position"]: each["fact"] for each in records(terminal, message)}
        proofs.append(of_message[made["position"]])
        judged = verdict(file, key)
        assert judged.code == VALID
        said.append(judged.out)
    not_held = "that the service recorded at 2026-03-12T09:00:00.000000Z (ServiceEffected) does not hold"
    again = "served again (forkyndt): recorded at 2026-03-13T09:00:00.000000Z (ServiceEffected)"
    assert [(not_held in out, again in out) for out in said] == [(True, False), (True, True)]
    assert proofs == ["ServiceAnnulled", "ServiceEffected"]
    services = [each["position"] for each in records(terminal, message) if each["fact"] == "ServiceEffected"]
    assert made["position"] == services[-1]
