"""CPR numbers by the terminal: annulled, and two entries of one human merged and parted again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bin.terminal import Terminal, company, cpr, letter, person


def test_w2_the_numbers_of_two_entries_lead_to_the_one_that_remains_and_so_does_the_post(
    terminal: Terminal, tmp_path: Path
) -> None:
    double, remains, _ = terminal.register(person(1), person(2), company())
    (earlier,) = terminal.submit(letter(tmp_path, cpr(1)))
    terminal.ok("citizen", "merge", double, "--into", remains)

    assert [terminal.ok("find", stdin=cpr(serial)).out.split()[0] for serial in (1, 2)] == [remains, remains]
    (line,) = terminal.submit(letter(tmp_path, cpr(1)))
    assert "Kom til tiden." in terminal.ok("open", f"message:{line['message_uuid']}", "--reader", remains).out
    assert "Kom til tiden." in terminal.ok("open", f"message:{earlier['message_uuid']}", "--reader", remains).out
    as_before = terminal.run("open", f"message:{earlier['message_uuid']}", "--reader", double)
    assert (as_before.code, remains in as_before.err) == (3, True)
    refused = terminal.run("citizen", "protect", double)
    assert (refused.code, remains in refused.err) == (3, True)
    assert identifier(terminal, double) == (remains, False)
    (row,) = terminal.ok("as-of", "persons", double, "--json").lines[0]["rows"]
    assert row["merged_into"] == remains

    terminal.ok("citizen", "annul-merge", double, "--into", remains)
    assert terminal.ok("find", stdin=cpr(1)).out.startswith(double)
    assert identifier(terminal, double) == (double, True)
    terminal.ok("citizen", "protect", double)


def test_w34_who_acts_for_a_merged_entry_reads_on_and_so_does_who_represents_the_estate(
    terminal: Terminal, tmp_path: Path
) -> None:
    double, remains, friend, heir, _ = terminal.register(*(person(serial) for serial in (41, 42, 43, 44)), company())
    (earlier,) = terminal.submit(letter(tmp_path, cpr(41)))
    message = f"message:{earlier['message_uuid']}"
    terminal.ok("citizen", "grant-mandate", double, "--holder", friend, "--kind", "read")
    terminal.ok("citizen", "merge", double, "--into", remains)
    assert "Kom til tiden." in terminal.ok("open", message, "--reader", friend).out
    (line,) = terminal.submit(letter(tmp_path, cpr(42)))
    assert "Kom til tiden." in terminal.ok("open", f"message:{line['message_uuid']}", "--reader", friend).out

    terminal.ok("citizen", "died", remains, "--on", "2026-01-05")
    assert terminal.run("open", message, "--reader", friend).code == 3
    estate = ("--kind", "estate", "--source", "court")
    terminal.ok("citizen", "grant-mandate", remains, "--holder", heir, *estate, stdin="case 7")
    assert "Kom til tiden." in terminal.ok("open", message, "--reader", heir).out


def test_a_merging_without_the_entry_that_remains_says_so(terminal: Terminal) -> None:
    (who,) = terminal.register(person(3))
    said = terminal.run("citizen", "merge", who)
    assert (said.code, "--into" in said.err) == (2, True)


def test_a_number_that_is_annulled_is_in_use_no_more(terminal: Terminal, tmp_path: Path) -> None:
    (who, _) = terminal.register(person(4), company())
    terminal.ok("citizen", "renumber", who, stdin=cpr(5))
    terminal.ok("citizen", "annul-number", who, stdin=cpr(4))

    assert terminal.run("find", stdin=cpr(4)).code == 1
    (nobody,) = terminal.submit(letter(tmp_path, cpr(4)))
    assert [error["code"] for error in nobody["errors"]] == ["recipient.unknown"]
    (again,) = terminal.run("register", "-", "--json", stdin=registration(4)).lines
    assert (again["status"], "annulled" in again["errors"][0]["message"]) == ("REFUSED", True)
    rows = terminal.ok("as-of", "identifiers", who, "--json").lines[0]["rows"]
    assert sorted((row["in_use"], row["annulled_at"] is None) for row in rows) == [(False, False), (True, True)]


def test_who_is_left_without_a_number_remains_registered_and_is_given_another(
    terminal: Terminal, tmp_path: Path
) -> None:
    (who, _) = terminal.register(person(6), company())
    (earlier,) = terminal.submit(letter(tmp_path, cpr(6)))
    terminal.ok("citizen", "annul-number", who, stdin=cpr(6))

    assert terminal.run("find", stdin=cpr(6)).code == 1
    (row,) = terminal.ok("as-of", "persons", who, "--json").lines[0]["rows"]
    assert (row["number"], row["number_sealed"], row["registered_at"] is None) == (None, None, False)
    assert "Kom til tiden." in terminal.ok("open", f"message:{earlier['message_uuid']}", "--reader", who).out
    terminal.ok("citizen", "protect", who)
    assert "CprLost" in terminal.ok("history", who).out

    terminal.ok("citizen", "renumber", who, stdin=cpr(7))
    assert terminal.ok("find", stdin=cpr(7)).out.startswith(who)
    (line,) = terminal.submit(letter(tmp_path, cpr(7)))
    assert "Kom til tiden." in terminal.ok("open", f"message:{line['message_uuid']}", "--reader", who).out
    rows = terminal.ok("as-of", "identifiers", who, "--json").lines[0]["rows"]
    assert sorted((row["in_use"], row["annulled_at"] is None) for row in rows) == [(False, False), (True, True)]
    terminal.ok("verify")


def test_numbers_of_a_chain_of_mergings_come_back_in_the_registers(terminal: Terminal) -> None:
    first, second, third = terminal.register(person(8), person(9), person(10))
    terminal.ok("citizen", "merge", first, "--into", second)
    terminal.ok("citizen", "merge", second, "--into", third)
    assert [terminal.ok("find", stdin=cpr(serial)).out.split()[0] for serial in (8, 9, 10)] == [third] * 3
    refused = terminal.run("citizen", "annul-merge", first, "--into", second)
    assert (refused.code, f"{second} {third}" in refused.err) == (3, True)

    terminal.ok("citizen", "annul-merge", second, "--into", third)
    assert [terminal.ok("find", stdin=cpr(serial)).out.split()[0] for serial in (8, 9, 10)] == [second, second, third]
    terminal.ok("citizen", "annul-merge", first, "--into", second)
    assert [identifier(terminal, who) for who in (first, second, third)] == [
        (first, True),
        (second, True),
        (third, True),
    ]


def test_the_registers_show_on_what_source_and_by_whose_decision(terminal: Terminal) -> None:
    who, other, firm, authority = terminal.register(person(21), person(22), company("90000020"), company())
    decided = ("--source", "court", "--decided-by", authority)
    shown = {"source": "court", "decided_by": authority}
    terminal.ok("citizen", "renumber", who, *decided, stdin=cpr(23))
    terminal.ok("citizen", "annul-number", who, *decided, stdin=cpr(21))
    terminal.ok("citizen", "cease", firm, "--on", "2026-01-05", *decided)
    terminal.ok("citizen", "merge", other, "--into", who, *decided)
    terminal.ok("citizen", "died", who, "--on", "2026-01-05", *decided)

    rows = terminal.ok("as-of", "identifiers", who, "--json").lines[0]["rows"]
    own = [row for row in rows if row["bearer"] == who and row["in_use"]]
    assert [row | shown for row in own] == own != []
    (dead,) = terminal.ok("as-of", "persons", who, "--json").lines[0]["rows"]
    assert (dead["death_source"], dead["death_decided_by"]) == ("court", authority)
    (merged,) = terminal.ok("as-of", "persons", other, "--json").lines[0]["rows"]
    assert (merged["merge_source"], merged["merge_decided_by"]) == ("court", authority)
    (ceased,) = terminal.ok("as-of", "companies", firm, "--json").lines[0]["rows"]
    assert (ceased["cessation_source"], ceased["cessation_decided_by"]) == ("court", authority)
    by_firm = terminal.run("citizen", "correct-death", who, "--decided-by", firm)
    assert (by_firm.code, "not entered as an authority" in by_firm.err) == (3, True)


def test_the_registers_of_entries_show_on_what_source_and_by_whose_decision(terminal: Terminal) -> None:
    who, mother, authority = terminal.register(person(17), person(18), company())
    decided = ("--source", "court", "--decided-by", authority)
    terminal.ok("citizen", "rename", who, *decided, stdin='{"given": "Anna", "family": "Prøvehansen"}')
    terminal.ok("citizen", "no-fixed-address", who, *decided)
    terminal.ok("citizen", "disappear", who, "--on", "2026-01-05", *decided)
    terminal.ok("citizen", "protect", who, *decided)
    terminal.ok("citizen", "enter-parent", who, "--holder", mother, "--kind", "mother", *decided)
    for register in ("person_names", "person_addresses", "residences", "protections", "parents"):
        rows = terminal.ok("as-of", register, who, "--json").lines[0]["rows"]
        assert ("court", authority) in [(row["source"], row["decided_by"]) for row in rows], register
    right = ("--kind", "mandatory", "--until", "2099-01-01", "--decided-by", authority)
    terminal.ok("citizen", "grant-sending-right", authority, *right)
    rows = terminal.ok("as-of", "sending_rights", authority, "--json").lines[0]["rows"]
    assert ("authority", authority) in [(row["source"], row["decided_by"]) for row in rows]


def test_an_event_that_records_no_decision_refuses_the_name_of_who_decided(terminal: Terminal) -> None:
    who, authority = terminal.register(person(16), company())
    said = terminal.run("citizen", "unprotect", who, "--decided-by", authority)
    assert (said.code, "--decided-by" in said.err) == (2, True)


def registration(serial: int) -> str:
    return json.dumps(person(serial))


def identifier(terminal: Terminal, who: str) -> tuple[str, bool]:
    """Whose the number of the person is by the register of identifiers, and whether it is in use."""
    (row,) = terminal.ok("as-of", "persons", who, "--json").lines[0]["rows"]
    (found,) = terminal.ok("as-of", "identifiers", row["number"], "--json").lines[0]["rows"]
    return found["bearer"], found["in_use"]
