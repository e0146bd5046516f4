"""Proves the tools by which citizens and authorities act: what they say, what they keep quiet, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bin.application.people.life_events import ACTS
from bin.cli.citizen import HELP
from tests.bin.terminal import AUTHORITY, Desk, company, cpr, held_until, letter, person

TODAY = "2026-01-02"


@pytest.fixture(scope="module")
def anna(desk: Desk) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    return desk.register(person(1), company())[0]


@pytest.fixture
def summons(desk: Desk, anna: str, tmp_path: Path) -> str:
    """A summons that has arrived in Anna's mailbox."""
    (line,) = desk.submit(letter(tmp_path, cpr(1), legal_notification=True))
    return f"message:{line['message_uuid']}"


class TestFind:
    def test_a_number_in_use_leads_to_its_bearer(self, desk: Desk, anna: str) -> None:
        (found,) = desk.ok("find", "--json", stdin=f"{cpr(1)[:6]}-{cpr(1)[6:]}\n").lines
        assert found == {"found": True, "subject": anna, "kind": "person", "number": "CPR", "current": True}

    def test_a_company_is_found_by_its_number(self, desk: Desk, anna: str) -> None:
        assert desk.ok("find", stdin=AUTHORITY).out.startswith("company:")

    def test_a_former_number_leads_to_its_bearer_for_ever(self, desk: Desk) -> None:
        (who,) = desk.register(person(60))
        desk.ok("citizen", "renumber", who, "--by", "sex", stdin=cpr(61))
        (former,) = desk.ok("find", "--json", stdin=cpr(60)).lines
        (current,) = desk.ok("find", "--json", stdin=cpr(61)).lines
        assert (former["subject"], former["current"]) == (who, False)
        assert (current["subject"], current["current"]) == (who, True)

    def test_an_unknown_number_is_exit_code_1(self, desk: Desk, anna: str) -> None:
        said = desk.run("find", "--json", stdin=cpr(3998))
        assert (said.code, said.lines[0]["found"]) == (1, False)

    def test_an_impossible_number_is_bad_input(self, desk: Desk) -> None:
        assert desk.run("find", stdin="6113900001").code == 65

    @pytest.mark.parametrize("given", ["abc", "", "123456789"])
    def test_what_has_the_digits_of_neither_number_is_told_so(self, desk: Desk, given: str) -> None:
        said = desk.run("find", stdin=f"{given}\n")
        assert said.code == 65
        assert said.err == ("rigsbog: A CPR number has 10 digits and a CVR number 8; what was given has neither.\n")

    def test_looking_records_nothing(self, desk: Desk, anna: str) -> None:
        head = desk.head()
        desk.ok("find", stdin=cpr(1))
        assert desk.head() == head


class TestOpen:
    def test_opening_shows_the_letter_and_serves_a_summons_once(self, desk: Desk, anna: str, summons: str) -> None:
        first = desk.ok("open", summons, "--reader", anna, "--channel", "e-Boks")
        assert "Prøveopkrævning" in first.out
        assert "Kom til tiden." in first.out
        assert "It was served (forkyndt) at" in first.err
        desk.ok("open", summons, "--reader", anna)
        facts = desk.facts(summons)
        assert (facts["ServiceEffected"], facts["MessageOpened"], facts["ItemOpened"]) == (1, 1, 2)

    def test_its_json_is_one_document_with_these_keys(self, desk: Desk, anna: str, summons: str) -> None:
        (told,) = desk.ok("open", summons, "--reader", anna, "--json").lines
        assert set(told) == {"message", "act", "recorded", "clock", "title", "text", "files"}
        assert told["clock"]["served_at"] is not None

    def test_moving_serves_it_and_shows_nothing(self, desk: Desk, anna: str, summons: str) -> None:
        said = desk.ok("open", summons, "--reader", anna, "--act", "move")
        assert said.out == ""
        assert desk.facts(summons)["ServiceEffected"] == 1

    def test_marking_it_read_serves_nothing(self, desk: Desk, anna: str, summons: str) -> None:
        desk.ok("open", summons, "--reader", anna, "--act", "read")
        assert "ServiceEffected" not in desk.facts(summons)

    def test_nobody_else_learns_anything_of_it(self, desk: Desk, anna: str, summons: str) -> None:
        (other,) = desk.register(person(2))
        said = desk.run("open", summons, "--reader", other)
        unknown = desk.run("open", "message:00000000-0000-4000-8000-000000000000", "--reader", other)
        assert (said.code, said.out) == (3, "")
        assert said.err == unknown.err

    def test_whoever_was_given_access_opens_it_until_it_is_taken_back(
        self, desk: Desk, anna: str, summons: str
    ) -> None:
        (bo,) = desk.register(person(3))
        desk.ok("citizen", "grant-access", anna, "--reader", bo)
        assert "Kom til tiden." in desk.ok("open", summons, "--reader", bo).out
        desk.ok("citizen", "revoke-access", anna, "--reader", bo)
        assert desk.run("open", summons, "--reader", bo).code == 3


class TestReceipts:
    def test_acknowledged_receipts_leave_the_list_and_others_stay(self, desk: Desk, anna: str, tmp_path: Path) -> None:
        desk.ok("receipts", "--ack")
        (line,) = desk.submit(letter(tmp_path, cpr(1)))
        mine = [one["receipt"] for one in line["receipts"]]
        assert [one["receipt"] for one in desk.ok("receipts", "--json").lines] == mine
        assert [one["receipt"] for one in desk.ok("receipts", "--json", "--ack").lines] == mine
        assert desk.ok("receipts", "--json").lines == []
        assert desk.facts(mine[0]) == {"ReceiptIssued": 1, "ReceiptAcknowledged": 1}

    def test_the_register_and_the_ledger_tell_the_same(self, desk: Desk, anna: str, tmp_path: Path) -> None:
        desk.submit(letter(tmp_path, cpr(3997)))
        from_ledger = desk.ok("receipts", "--json").lines
        desk.ok("run", "--once")
        assert from_ledger
        assert set(from_ledger[0]) == {"receipt", "message", "sender", "status", "issued_at", "position", "faults"}
        from_register = desk.ok("receipts", "--json").lines
        assert from_register == from_ledger

    def test_a_sender_is_told_of_its_own_only(self, desk: Desk, anna: str, tmp_path: Path) -> None:
        desk.submit(letter(tmp_path, cpr(1)))
        desk.register(company("90000004"))
        assert desk.ok("receipts", "--json", "--sender", stdin="90000004").lines == []
        assert desk.ok("receipts", "--json", "--sender", stdin=AUTHORITY).lines

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_edge_26_a_crash_before_the_acknowledgement_leaves_them_listed(
        self, desk: Desk, anna: str, tmp_path: Path, when: str
    ) -> None:
        desk.submit(letter(tmp_path, cpr(1)))
        waiting = desk.ok("receipts", "--json").lines
        at = {"before": "bin.cli.receipts:acknowledge", "after": "adapters.ledger.ledger:PostgresLedger.append_many"}[
            when
        ]
        desk.killed({"at": at, "nth": 1, "when": when}, "receipts", "--json", "--ack")
        left = desk.ok("receipts", "--json", "--ack").lines
        assert left == (waiting if when == "before" else [])
        assert desk.ok("receipts", "--json").lines == []


class TestNemkonto:
    def test_a_wrong_code_is_counted_and_the_right_one_activates(self, desk: Desk) -> None:
        (who,) = desk.register(person(10))
        (told,) = desk.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        code = told["activation_code"]
        wrong = f"{(int(code) + 1) % 10**8:08}"
        assert len(code) == 8
        assert desk.run("nemkonto", "activate", told["designation"], stdin=wrong).code == 3
        desk.ok("nemkonto", "activate", told["designation"], stdin=f"{code[:4]} {code[4:]}\n")
        assert desk.facts(who)["ActivationRefused"] == 1
        assert desk.facts(who)["NemkontoActivated"] == 1

    def test_showing_masks_the_account_and_records_the_reading(self, desk: Desk) -> None:
        (who,) = desk.register(person(11))
        desk.ok(
            "nemkonto", "designate", who, "--channel", "bank", "--institution", "0040", "--consent", "c-1",
            stdin="0040 0440116243",
        )  # fmt: skip
        (told,) = desk.ok("nemkonto", "show", who, "--json").lines
        (row,) = told["designations"]
        assert (row["account"], row["stands"]) == ("•••• 6243", "active")
        assert desk.facts(who)["PersonalDataRead"] == 1
        assert desk.ok("nemkonto", "end", row["designation"]).out
        assert desk.ok("nemkonto", "show", who, "--json").lines[0]["designations"][0]["stands"] == "ended"

    def test_no_tool_ever_says_the_account(self, desk: Desk) -> None:
        assert not [said for said in desk.heard if "0440116243" in said]

    def test_an_activation_ends_by_telling_the_payee_of_it(self, desk: Desk) -> None:
        (who,) = desk.register(person(13))
        (told,) = desk.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        desk.ok("nemkonto", "activate", told["designation"], stdin=told["activation_code"])
        assert desk.facts(who)["NemkontoChangeNotified"] == 1

    def test_without_reactions_the_payee_is_told_later(self, desk: Desk) -> None:
        (who,) = desk.register(person(14))
        (told,) = desk.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        desk.ok("nemkonto", "activate", told["designation"], "--no-reactions", stdin=told["activation_code"])
        assert "NemkontoChangeNotified" not in desk.facts(who)
        desk.ok("run", "--once")
        assert desk.facts(who)["NemkontoChangeNotified"] == 1

    def test_what_is_no_account_is_bad_input(self, desk: Desk) -> None:
        (who,) = desk.register(person(12))
        assert desk.run("nemkonto", "designate", who, stdin="12").code == 65

    def test_an_unknown_designation_awaits_nothing(self, desk: Desk) -> None:
        unknown = "designation:00000000-0000-4000-8000-000000000000"
        assert desk.run("nemkonto", "activate", unknown, stdin="12345678").code == 3


class TestCitizen:
    @pytest.mark.parametrize(
        ("serial", "act", "stdin", "fact"),
        [
            (20, "rename", '{"given": "Anna", "family": "Prøvehansen-Berg"}', "NameRegistered"),
            (21, "move", '{"street": "Vej 1", "postal_code": "2100", "city": "By"}', "AddressRegistered"),
            (22, "protect", "", "NameAndAddressProtected"),
            (23, f"leave --on {TODAY}", "", "ResidenceEnded"),
            (24, f"died --on {TODAY}", "", "PersonDied"),
            (25, "exempt --by 0101", "", "MailExempted"),
        ],
    )
    def test_each_act_is_its_fact(self, desk: Desk, serial: int, act: str, stdin: str, fact: str) -> None:
        (who,) = desk.register(person(serial))
        word, *options = act.split()
        (told,) = desk.ok("citizen", word, who, *options, "--json", stdin=stdin).lines
        assert [one["fact"] for one in told["recorded"]] == [fact]

    def test_a_death_ends_by_closing_the_mailbox(self, desk: Desk) -> None:
        (who,) = desk.register(person(32))
        desk.ok("citizen", "died", who, "--on", TODAY)
        assert desk.facts(who)["MailRegistrationClosed"] == 1

    def test_without_reactions_the_mailbox_is_closed_later(self, desk: Desk) -> None:
        (who,) = desk.register(person(33))
        desk.ok("citizen", "died", who, "--on", TODAY, "--no-reactions")
        assert "MailRegistrationClosed" not in desk.facts(who)
        desk.ok("run", "--once")
        assert desk.facts(who)["MailRegistrationClosed"] == 1

    def test_an_exemption_is_revoked(self, desk: Desk) -> None:
        (who,) = desk.register(person(30))
        desk.ok("citizen", "exempt", who)
        desk.ok("citizen", "revoke-exemption", who, "--by", "municipality")
        assert desk.facts(who)["ExemptionRevoked"] == 1

    def test_a_company_ceases(self, desk: Desk) -> None:
        (who,) = desk.register(company("90000012"))
        desk.ok("citizen", "cease", who, "--on", TODAY)
        assert desk.facts(who)["CompanyCeased"] == 1

    def test_a_company_is_renamed_but_not_to_nothing(self, desk: Desk) -> None:
        (who,) = desk.register(company("90000020"))
        desk.ok("citizen", "rename", who, stdin="Prøvevognmand ApS\n")
        assert desk.facts(who)["CompanyNameRegistered"] == 2
        assert desk.run("citizen", "rename", who, stdin="\n").code == 65

    def test_what_was_so_already_is_nothing(self, desk: Desk) -> None:
        (who,) = desk.register(person(31))
        (told,) = desk.ok("citizen", "correct-death", who, "--json").lines
        assert told["recorded"] == []

    @pytest.mark.parametrize(
        ("arguments", "stdin", "code"),
        [
            (("died",), "", 2),
            (("cease", "--on", TODAY), "", 2),
            (("vanish",), "", 2),
            (("revoke-exemption", "--by", "nobody"), "", 2),
            (("move",), '{"street": "Prøvehansen 1"}', 65),
            (("renumber",), "6113900001", 65),
            (("renumber", "--by", "whim"), cpr(62), 2),
            (("died", "--on", "2999-01-01"), "", 3),
        ],
    )
    def test_what_cannot_be_ends_with_its_code(
        self, desk: Desk, anna: str, arguments: tuple[str, ...], stdin: str, code: int
    ) -> None:
        act, *options = arguments
        assert desk.run("citizen", act, anna, *options, stdin=stdin).code == code

    @pytest.mark.parametrize(
        ("arguments", "stdin", "words"),
        [
            (("renumber", "--by", "gender"), cpr(62), "birth_date, sex, double, other"),
            (("revoke-exemption", "--by", "gender"), "", "self, municipality, re_entry"),
        ],
    )
    def test_a_reason_that_there_is_not_is_answered_by_those_that_there_are(
        self, desk: Desk, anna: str, arguments: tuple[str, ...], stdin: str, words: str
    ) -> None:
        act, *options = arguments
        said = desk.run("citizen", act, anna, *options, stdin=stdin)
        assert said.code == 2
        assert words in " ".join(said.err.replace("│", " ").split())

    def test_json_that_is_not_of_its_form_is_told_by_field(self, desk: Desk, anna: str) -> None:
        said = desk.run("citizen", "rename", anna, stdin='{"family": "Berg", "family": "Bergmand"}')
        assert (said.code, said.err) == (65, "rigsbog: family: This field stands here twice. Leave the right one.\n")
        said = desk.run("citizen", "move", anna, stdin='{"street": "Vej 1", "city": "By"}')
        assert said.err == "rigsbog: postal_code: This field is needed and is not there.\n"

    def test_the_help_names_every_act(self) -> None:
        assert all(act in HELP for act in ACTS)


class TestRecall:
    def test_a_message_held_back_is_recalled_once_by_its_sender(self, desk: Desk, anna: str, tmp_path: Path) -> None:
        (line,) = desk.submit(letter(tmp_path, cpr(1), **held_until(datetime.now(UTC).date() + timedelta(days=2))))
        message, sender = f"message:{line['message_uuid']}", desk.ok("find", stdin=AUTHORITY).out.split()[0]
        (said,) = desk.ok("recall", message, "--sender", sender, "--json", stdin="Sent by mistake").lines
        assert [one["fact"] for one in said["recorded"]] == ["MessageRecalled"]
        (again,) = desk.ok("recall", message, "--sender", sender, "--json", stdin="Sent by mistake").lines
        assert again["recorded"] == []

    def test_what_has_arrived_or_is_anothers_is_not_recalled(self, desk: Desk, anna: str, summons: str) -> None:
        sender = desk.ok("find", stdin=AUTHORITY).out.split()[0]
        arrived = desk.run("recall", summons, "--sender", sender, stdin="Sent by mistake")
        anothers = desk.run("recall", summons, "--sender", anna, stdin="Sent by mistake")
        assert (arrived.code, anothers.code) == (3, 3)
        assert "has arrived" in arrived.err
