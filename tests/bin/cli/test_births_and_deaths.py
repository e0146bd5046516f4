"""Births and deaths by the terminal: corrected, uncertain, incomplete and presumed, with what follows from them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bin.terminal import Terminal, company, cpr, letter, person

READS = ("--authority", "34051178", "--basis", "forvaltningsloven § 29")


def test_w3_a_corrected_birth_date_moves_the_planned_registration_and_the_register(terminal: Terminal) -> None:
    (child,) = terminal.register(person(640, birth_date="2016-05-07"))
    before = planned_for(terminal, child)
    terminal.ok("citizen", "correct-birth", child, stdin="2017-06\n")
    assert (before, planned_for(terminal, child)) == ("2031-05-07", "2032-06-30")
    (row,) = terminal.ok("as-of", "persons", child, "--open", *READS, "--json").lines[0]["rows"]
    del terminal.heard[-2:]  # A reader with access sees the number.
    assert row["birth_date_sealed"] == {"birth_date": "2017-06"}
    assert terminal.run("citizen", "join", child).code == 3

    terminal.ok("citizen", "correct-birth", child, stdin="1990-01-01")
    assert terminal.facts(child)["MailRegistered"] == 1


def test_w3_a_number_that_is_given_for_the_birth_date_corrects_what_hangs_on_it(terminal: Terminal) -> None:
    (child,) = terminal.register(person(641, birth_date="2016-05-07"))
    terminal.ok("citizen", "renumber", child, "--because", "birth_date", stdin=cpr(642))
    assert terminal.facts(child)["BirthCorrected"] == 1
    assert terminal.facts(child)["MailRegistered"] == 1


def test_w3_who_was_registered_and_is_a_child_gets_no_more_post_until_the_birthday(
    terminal: Terminal, tmp_path: Path
) -> None:
    (child, _) = terminal.register(person(650), company())
    terminal.ok("citizen", "correct-birth", child, stdin="2016-05-07")
    (row,) = terminal.ok("as-of", "mail_registrations", child, "--json").lines[0]["rows"]
    assert row["mode"] is None
    (barred,) = terminal.submit(letter(tmp_path, cpr(650)))
    assert (barred["status"], barred["errors"][0]["code"]) == ("NOT_ALLOWED", "recipient.not.yet.registered")


def test_a_death_may_be_uncertain_incomplete_or_presumed_but_not_before_the_birth(terminal: Terminal) -> None:
    (who,) = terminal.register(person(643))
    early = terminal.run("citizen", "died", who, "--on", "1989-12")
    assert (early.code, "before birth" in early.err) == (3, True)
    terminal.ok("citizen", "died", who, "--on", "2025-02?", "--presumed")
    (row,) = terminal.ok("as-of", "persons", who, "--json").lines[0]["rows"]
    assert row["died_on"] == "2025-02-28"
    assert (row["death_known"], row["death_uncertain"], row["death_presumed"]) == ("month", True, True)
    (mail,) = terminal.ok("as-of", "mail_registrations", who, "--json").lines[0]["rows"]
    assert mail["closed_on"] == "2025-02-28"
    whole = terminal.run("citizen", "leave", who, "--on", "2025-02")
    assert (whole.code, "whole day" in whole.err) == (2, True)
    assert terminal.run("citizen", "died", who, "--on", "2025-02-30").code == 2
    assert terminal.run("citizen", "correct-birth", who, stdin="May").code == 65


def test_a_death_recorded_later_undoes_later_moves_and_its_correction_brings_them_back(terminal: Terminal) -> None:
    home = {"street": "Prøvegade 1", "postal_code": "8000", "city": "Aarhus C"}
    (who,) = terminal.register(person(644))
    terminal.ok("citizen", "move", who, "--on", "2020-01-05", stdin=json.dumps(home))
    terminal.ok("citizen", "move", who, "--on", "2021-01-05", stdin=json.dumps(home))
    terminal.ok("citizen", "rename", who, "--on", "2021-01-05", stdin='{"given": "Anna", "family": "Prøveholm"}')
    terminal.ok("citizen", "leave", who, "--on", "2022-01-05")
    terminal.ok("citizen", "protect", who)
    days = ("2020-12-31", "2021-06-01", "2023-01-01")
    before = {register: [on(terminal, register, who, day) for day in days] for register in AFTER_DEATH}
    (first, second, none) = before["person_addresses"]
    assert [len(entries) for entries in (first, second, none)] == [1, 1, 0]

    terminal.ok("citizen", "died", who, "--on", "2020-06-01")
    assert [on(terminal, "person_addresses", who, day) for day in days] == [first, first, first]
    assert not any(on(terminal, register, who, days[2]) for register in ("person_names", "residences"))
    assert not on(terminal, "protections", who, "2026-12-24")
    terminal.ok("verify")

    terminal.ok("citizen", "correct-death", who)
    assert {register: [on(terminal, register, who, day) for day in days] for register in AFTER_DEATH} == before
    terminal.ok("citizen", "died", who, "--on", "2021-06-01")
    assert [on(terminal, "person_addresses", who, day) for day in days] == [first, second, second]
    terminal.ok("verify")


AFTER_DEATH = ("person_names", "person_addresses", "residences", "protections")


def on(terminal: Terminal, register: str, who: str, day: str) -> list[str]:
    """The entries of the person that hold on the day, as known now."""
    rows = terminal.ok("as-of", register, who, "--valid", day, "--json").lines[0]["rows"]
    return [row["entry"] for row in rows]


def planned_for(terminal: Terminal, who: str) -> str:
    """When the person is to be registered for Digital Post, which only an authority with a right to it reads."""
    (row,) = terminal.ok("as-of", "mail_registrations", who, "--open", *READS, "--json").lines[0]["rows"]
    del terminal.heard[-2:]  # A reader with access sees the birthday.
    return str(row["plan_sealed"]["effective_on"])
