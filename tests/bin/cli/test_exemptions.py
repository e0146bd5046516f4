"""Exemptions by the terminal: asked for, refused, appealed, granted from a day to a day, and annulled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bin.cli import exits
from domain.danish_time import day_of
from tests.bin.terminal import Terminal, company, cpr, letter, person

BASIS = ("--basis", "forvaltningsloven § 29")


def exemptions(terminal: Terminal, who: str, day: date) -> list[dict[str, Any]]:
    """The exemptions that held on the day, as known now."""
    return list(terminal.ok("as-of", "exemptions", who, "--valid", str(day), "--json").lines[0]["rows"])


def request_of(terminal: Terminal, who: str) -> dict[str, Any]:
    (row,) = terminal.ok("as-of", "exemption_requests", who, "--json").lines[0]["rows"]
    return dict(row)


def test_an_exemption_is_asked_for_refused_appealed_and_granted_for_a_time(terminal: Terminal, tmp_path: Path) -> None:
    who, authority, proxy = terminal.register(person(80), company(), person(89))
    today = day_of(datetime.now(UTC))
    assert terminal.run("citizen", "request-exemption", who, "--by", proxy).code == exits.REFUSED
    terminal.ok("citizen", "grant-mandate", who, "--holder", proxy, "--kind", "power_of_attorney")
    (granted,) = terminal.ok("as-of", "mandates", who, "--json").lines[0]["rows"]
    mandate = f"entry:{granted['entry']}"
    terminal.ok("citizen", "request-exemption", who, "--by", proxy)
    asked = request_of(terminal, who)
    assert asked["by_mandate"] == mandate
    request = ("--request", f"request:{asked['request']}")
    decided = ("--decided-by", authority)

    assert terminal.run("citizen", "appeal-exemption", who, *request).code == exits.REFUSED
    terminal.ok("citizen", "refuse-exemption", who, *request, *decided)
    terminal.ok("citizen", "appeal-exemption", who, *request, "--by", proxy)
    refused = request_of(terminal, who)
    assert refused["appealed_by_mandate"] == mandate
    assert refused["appeal_by"] == str(today + timedelta(weeks=4))
    assert refused["appealed_at"]
    assert refused["confirmed_at"] is None

    begins, ends = today - timedelta(days=30), today + timedelta(days=30)
    terminal.ok("citizen", "exempt", who, *request, *decided, "--on", str(begins), "--until", str(ends))
    (row,) = exemptions(terminal, who, begins)
    assert (row["request"], row["decided_by"], row["reason"]) == (request[1], authority, "other")
    assert exemptions(terminal, who, begins - timedelta(days=1)) == []
    assert exemptions(terminal, who, ends) == []
    (barred,) = terminal.submit(letter(tmp_path, cpr(80)))
    assert [error["code"] for error in barred["errors"]] == ["recipient.is.exempt"]

    terminal.ok("citizen", "annul-entry", who, "--entry", f"entry:{row['entry']}")
    assert exemptions(terminal, who, today) == []
    (taken,) = terminal.submit(letter(tmp_path, cpr(80)))
    assert taken["status"] == "COMPLETED"


def test_a_refusal_is_confirmed_after_its_appeal(terminal: Terminal) -> None:
    who, authority = terminal.register(person(81), company())
    terminal.ok("citizen", "request-exemption", who)
    request = ("--request", f"request:{request_of(terminal, who)['request']}")
    decided = ("--decided-by", authority)
    terminal.ok("citizen", "refuse-exemption", who, *request, *decided, "--reasons", stdin="Sees well.")
    terminal.ok("citizen", "appeal-exemption", who, *request)
    terminal.ok("citizen", "confirm-exemption-refusal", who, *request, *decided, "--reasons", stdin="Sees very well.")
    row = request_of(terminal, who)
    assert (row["refused_by"], row["confirmed_by"]) == (authority, authority)
    assert "Sees" not in f"{row}"
    (opened,) = terminal.ok("as-of", "exemption_requests", who, "--open", "--json", *BASIS).lines[0]["rows"]
    grounds = [opened[f"{part}_sealed"]["ground"] for part in ("refusal", "confirmation")]
    assert grounds == ["Sees well.", "Sees very well."]


def test_a_missing_request_or_authority_is_named(terminal: Terminal) -> None:
    (who,) = terminal.register(person(82))
    request = ("--request", "request:00000000-0000-4000-8000-000000000001")
    for arguments, words in (
        (("appeal-exemption",), "--request: this act needs a request:<uuid>"),
        (("refuse-exemption", *request), "--decided-by: this act needs the company:<uuid>"),
        (("exempt", "--decided-by", who), "an authority is a company:<uuid>"),
        (("exempt", "--request", who), "a request:<uuid> is needed"),
    ):
        act, *options = arguments
        said = terminal.run("citizen", act, who, *options)
        assert said.code == exits.USAGE
        assert words in " ".join(said.err.replace("│", " ").split())
    said = terminal.run("citizen", "appeal-exemption", who, *request)
    assert (said.code, "There is no such request" in said.err) == (exits.REFUSED, True)
