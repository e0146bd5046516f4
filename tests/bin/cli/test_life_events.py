"""Proves the tools by which citizens and authorities act: what they print, what they never show, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.ledger.ledger import PostgresLedger
from tests.bin.killed import Kill, When
from tests.bin.terminal import AUTHORITY, Terminal, company, cpr, held_until, letter, person

TODAY = "2026-01-02"


@pytest.fixture(scope="module")
def anna(terminal: Terminal) -> str:
    """Anna, who has number 1, and the authority that writes to her."""
    return terminal.register(person(1), company())[0]


@pytest.fixture
def summons(terminal: Terminal, anna: str, tmp_path: Path) -> str:
    """A summons that has arrived in Anna's mailbox."""
    (line,) = terminal.submit(letter(tmp_path, cpr(1), legal_notification=True))
    return f"message:{line['message_uuid']}"


class TestFind:
    def test_a_number_in_use_leads_to_its_bearer(self, terminal: Terminal, anna: str) -> None:
        (found,) = terminal.ok("find", "--json", stdin=f"{cpr(1)[:6]}-{cpr(1)[6:]}\n").lines
        assert found == {"found": True, "subject": anna, "kind": "person", "number": "CPR", "current": True}

    def test_a_company_is_found_by_its_number(self, terminal: Terminal, anna: str) -> None:
        assert terminal.ok("find", stdin=AUTHORITY).out.startswith("company:")

    def test_a_former_number_always_leads_to_its_bearer(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(60))
        terminal.ok("citizen", "renumber", who, "--because", "sex", stdin=cpr(61))
        (former,) = terminal.ok("find", "--json", stdin=cpr(60)).lines
        (current,) = terminal.ok("find", "--json", stdin=cpr(61)).lines
        assert (former["subject"], former["current"]) == (who, False)
        assert (current["subject"], current["current"]) == (who, True)

    def test_an_unknown_number_is_exit_code_1(self, terminal: Terminal, anna: str) -> None:
        said = terminal.run("find", "--json", stdin=cpr(3998))
        assert (said.code, said.lines[0]["found"]) == (1, False)

    def test_an_impossible_number_is_bad_input(self, terminal: Terminal) -> None:
        assert terminal.run("find", stdin="6113900001").code == 65

    @pytest.mark.parametrize("given", ["abc", "", "123456789"])
    def test_a_number_with_the_digits_of_neither_kind_is_reported(self, terminal: Terminal, given: str) -> None:
        said = terminal.run("find", stdin=f"{given}\n")
        assert said.code == 65
        assert said.err == ("rigsbog: A CPR number has 10 digits and a CVR number 8; what was given has neither.\n")

    def test_looking_a_number_up_records_that_it_was_looked_up_and_not_the_number(
        self, terminal: Terminal, anna: str
    ) -> None:
        head = terminal.head()
        terminal.ok("find", stdin=cpr(1))
        (record,) = terminal.ok("history", anna, "--json").lines[0]["records"][-1:]
        assert (record["position"], record["fact"]) == (head + 1, "DataDisclosed")
        assert record["fields"]["question"] == "lookup"
        assert cpr(1) not in str(record)


class TestOpen:
    def test_opening_shows_the_letter_and_serves_a_summons_once(
        self, terminal: Terminal, anna: str, summons: str
    ) -> None:
        first = terminal.ok("open", summons, "--reader", anna, "--channel", "e-Boks")
        assert "Prøveopkrævning" in first.out
        assert "Kom til tiden." in first.out
        assert "Served (forkyndt): " in first.err
        terminal.ok("open", summons, "--reader", anna)
        facts = terminal.facts(summons)
        assert (facts["ServiceEffected"], facts["MessageOpened"], facts["ItemOpened"]) == (1, 1, 2)

    def test_its_json_is_one_document_with_these_keys(self, terminal: Terminal, anna: str, summons: str) -> None:
        (document,) = terminal.ok("open", summons, "--reader", anna, "--json").lines
        assert set(document) == {"message", "act", "recorded", "clock", "served_on", "title", "text", "files"}
        assert document["clock"]["served_at"] is not None

    def test_moving_serves_it_and_shows_nothing(self, terminal: Terminal, anna: str, summons: str) -> None:
        said = terminal.ok("open", summons, "--reader", anna, "--act", "move")
        assert said.out == ""
        assert terminal.facts(summons)["ServiceEffected"] == 1

    def test_marking_it_read_serves_nothing(self, terminal: Terminal, anna: str, summons: str) -> None:
        terminal.ok("open", summons, "--reader", anna, "--act", "read")
        assert "ServiceEffected" not in terminal.facts(summons)

    def test_nobody_else_learns_anything_of_it(self, terminal: Terminal, anna: str, summons: str) -> None:
        (other,) = terminal.register(person(2))
        said = terminal.run("open", summons, "--reader", other)
        unknown = terminal.run("open", "message:00000000-0000-4000-8000-000000000000", "--reader", other)
        assert (said.code, said.out) == (3, "")
        assert said.err == unknown.err

    def test_a_reader_with_granted_access_opens_it_until_the_access_is_revoked(
        self, terminal: Terminal, anna: str, summons: str
    ) -> None:
        (bo,) = terminal.register(person(3))
        terminal.ok("citizen", "grant-mandate", anna, "--holder", bo, "--kind", "read")
        assert "Kom til tiden." in terminal.ok("open", summons, "--reader", bo).out
        (mandate,) = terminal.ok("as-of", "mandates", bo, "--json").lines[0]["rows"]
        terminal.ok("citizen", "end-entry", anna, "--entry", f"entry:{mandate['entry']}", "--on", mandate["valid_from"])
        assert terminal.run("open", summons, "--reader", bo).code == 3


ACKNOWLEDGE = ("receipts", "--json", "--sender", "--ack")


class TestReceipts:
    def test_acknowledged_receipts_leave_the_list_and_others_stay(
        self, terminal: Terminal, anna: str, tmp_path: Path
    ) -> None:
        terminal.ok(*ACKNOWLEDGE, stdin=AUTHORITY)
        (line,) = terminal.submit(letter(tmp_path, cpr(1)))
        mine = [one["receipt"] for one in line["receipts"]]
        assert [one["receipt"] for one in terminal.ok("receipts", "--json").lines] == mine
        assert [one["receipt"] for one in terminal.ok(*ACKNOWLEDGE, stdin=AUTHORITY).lines] == mine
        assert terminal.ok("receipts", "--json").lines == []
        assert terminal.facts(mine[0]) == {"ReceiptIssued": 1, "ReceiptAcknowledged": 1}

    def test_only_its_sender_acknowledges_a_receipt(self, terminal: Terminal) -> None:
        listed = terminal.ok("receipts", "--json").out
        assert terminal.run("receipts", "--ack").code == 2
        assert terminal.ok("receipts", "--json").out == listed

    def test_the_register_and_the_ledger_agree(self, terminal: Terminal, anna: str, tmp_path: Path) -> None:
        terminal.submit(letter(tmp_path, cpr(3997)))
        from_ledger = terminal.ok("receipts", "--json").lines
        terminal.ok("run", "--once")
        assert from_ledger
        fields = {"receipt", "message", "sender", "status", "issued_at", "position", "faults", "advice"}
        assert set(from_ledger[0]) == fields
        from_register = terminal.ok("receipts", "--json").lines
        assert from_register == from_ledger

    def test_a_sender_sees_its_own_receipts_only(self, terminal: Terminal, anna: str, tmp_path: Path) -> None:
        terminal.submit(letter(tmp_path, cpr(1)))
        terminal.register(company("90000004"))
        assert terminal.ok("receipts", "--json", "--sender", stdin="90000004").lines == []
        assert terminal.ok("receipts", "--json", "--sender", stdin=AUTHORITY).lines

    @pytest.mark.kills
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_edge_26_a_crash_before_the_acknowledgement_leaves_them_listed(
        self, terminal: Terminal, anna: str, tmp_path: Path, when: When
    ) -> None:
        terminal.submit(letter(tmp_path, cpr(1)))
        waiting = terminal.ok("receipts", "--json").lines
        terminal.killed(Kill(PostgresLedger.append_many, 2, when), *ACKNOWLEDGE, stdin=AUTHORITY)
        left = terminal.ok(*ACKNOWLEDGE, stdin=AUTHORITY).lines
        assert left == (waiting if when == "before" else [])
        assert terminal.ok("receipts", "--json").lines == []


class TestNemkonto:
    def test_a_wrong_code_is_counted_and_the_right_one_activates(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(10))
        (document,) = terminal.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        code = document["activation_code"]
        (awaiting,) = terminal.ok("nemkonto", "show", who, "--json").lines[0]["designations"]
        assert awaiting["status"] == "awaiting_activation"
        wrong = f"{(int(code) + 1) % 10**8:08}"
        assert len(code) == 8
        assert terminal.run("nemkonto", "activate", document["designation"], stdin=wrong).code == 3
        terminal.ok("nemkonto", "activate", document["designation"], stdin=f"{code[:4]} {code[4:]}\n")
        assert terminal.facts(who)["ActivationRefused"] == 1
        assert terminal.facts(who)["NemkontoActivated"] == 1

    def test_showing_masks_the_account_and_records_the_reading(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(11))
        terminal.ok(
            "nemkonto", "designate", who, "--channel", "bank", "--institution", "0040", "--consent", "c-1",
            stdin="0040 0440116243",
        )  # fmt: skip
        (document,) = terminal.ok("nemkonto", "show", who, "--json").lines
        (row,) = document["designations"]
        assert (row["account"], row["status"]) == ("•••• 6243", "active")
        assert terminal.facts(who)["DataDisclosed"] == 1
        assert terminal.ok("nemkonto", "end", row["designation"]).out
        assert terminal.ok("nemkonto", "show", who, "--json").lines[0]["designations"][0]["status"] == "cancelled"

    def test_no_tool_shows_the_account(self, terminal: Terminal) -> None:
        assert not [said for said in terminal.heard if "0440116243" in said]

    def test_an_account_without_an_iban_is_designated_and_masked(self, terminal: Terminal, tmp_path: Path) -> None:
        form = str(tmp_path / "form.pdf")
        Path(form).write_bytes(b"signed")
        (who,) = terminal.register(person(15))
        terminal.ok(
            "nemkonto",
            "designate",
            who,
            "--channel",
            "form",
            "--document",
            form,
            stdin="US/PRVEUS33/021000021/000123456789",
        )
        (row,) = terminal.ok("nemkonto", "show", who, "--json").lines[0]["designations"]
        assert row["account"] == "•••• 6789"
        (held,) = terminal.ok("as-of", "nemkonto", who, "--json").lines[0]["rows"]
        assert held["account_kind"] == "foreign"
        assert not [said for said in terminal.heard if "23456789" in said]

    def test_an_activation_ends_with_a_notice_to_the_payee(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(13))
        (document,) = terminal.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        terminal.ok("nemkonto", "activate", document["designation"], stdin=document["activation_code"])
        assert terminal.facts(who)["ChangeNoticeGiven"] == 2

    def test_without_reactions_the_payee_is_informed_later(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(14))
        (document,) = terminal.ok("nemkonto", "designate", who, "--json", stdin="0040 0440116243").lines
        terminal.ok(
            "nemkonto", "activate", document["designation"], "--no-reactions", stdin=document["activation_code"]
        )
        assert terminal.facts(who)["ChangeNoticeGiven"] == 1
        terminal.ok("run", "--once")
        assert terminal.facts(who)["ChangeNoticeGiven"] == 2

    def test_what_is_no_account_is_bad_input(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(12))
        assert terminal.run("nemkonto", "designate", who, stdin="12").code == 65

    def test_an_unknown_designation_is_not_found(self, terminal: Terminal) -> None:
        unknown = "designation:00000000-0000-4000-8000-000000000000"
        assert terminal.run("nemkonto", "activate", unknown, stdin="12345678").code == 65


class TestCitizen:
    @pytest.mark.parametrize(
        ("serial", "act", "stdin", "fact"),
        [
            (20, "rename", '{"given": "Anna", "family": "Prøvehansen-Berg"}', "NameAnnulled NameEntered"),
            (21, "move", '{"street": "Vej 1", "postal_code": "2100", "city": "By"}', "AddressEntered"),
            (22, "protect", "", "ProtectionEntered"),
            (23, f"leave --on {TODAY}", "", "ResidenceAnnulled ResidenceEntered"),
            (24, f"died --on {TODAY}", "", "PersonDied"),
            (25, "exempt", "", "ExemptionEntered"),
        ],
    )
    def test_each_act_is_its_fact(self, terminal: Terminal, serial: int, act: str, stdin: str, fact: str) -> None:
        (who,) = terminal.register(person(serial))
        word, *options = act.split()
        (document,) = terminal.ok("citizen", word, who, *options, "--json", stdin=stdin).lines
        assert [one["fact"] for one in document["recorded"]] == fact.split()

    def test_an_exemption_is_revoked(self, terminal: Terminal) -> None:
        (who,) = terminal.register(person(30))
        terminal.ok("citizen", "exempt", who, "--on", "2026-01-05")
        terminal.ok("citizen", "revoke-exemption", who, "--because", "municipality")
        assert terminal.facts(who)["ExemptionEnded"] == 1

    def test_a_company_ceases(self, terminal: Terminal) -> None:
        (who,) = terminal.register(company("90000012"))
        terminal.ok("citizen", "cease", who, "--on", TODAY)
        assert terminal.facts(who)["CompanyCeased"] == 1

    def test_a_company_is_renamed_but_not_to_nothing(self, terminal: Terminal) -> None:
        (who,) = terminal.register(company("90000020"))
        terminal.ok("citizen", "rename", who, stdin="Prøvevognmand ApS\n")
        assert terminal.facts(who)["CompanyNameEntered"] == 2
        assert terminal.run("citizen", "rename", who, stdin="\n").code == 65

    def test_a_death_that_is_recorded_already_is_nothing_and_one_that_is_not_is_not_corrected(
        self, terminal: Terminal
    ) -> None:
        (who,) = terminal.register(person(31))
        assert terminal.run("citizen", "correct-death", who).code == 3
        terminal.ok("citizen", "died", who, "--on", TODAY)
        (document,) = terminal.ok("citizen", "died", who, "--on", TODAY, "--json").lines
        assert document["recorded"] == []

    @pytest.mark.parametrize(
        ("arguments", "stdin", "code"),
        [
            (("died",), "", 2),
            (("cease", "--on", TODAY), "", 2),
            (("vanish",), "", 2),
            (("revoke-exemption", "--because", "nobody"), "", 2),
            (("move",), '{"street": "Prøvehansen 1"}', 65),
            (("renumber",), "6113900001", 65),
            (("renumber", "--because", "whim"), cpr(62), 2),
            (("died", "--on", "2999-01-01"), "", 3),
        ],
    )
    def test_what_cannot_be_ends_with_its_code(
        self, terminal: Terminal, anna: str, arguments: tuple[str, ...], stdin: str, code: int
    ) -> None:
        act, *options = arguments
        assert terminal.run("citizen", act, anna, *options, stdin=stdin).code == code

    @pytest.mark.parametrize(
        ("arguments", "stdin", "words"),
        [
            (
                ("renumber", "--because", "gender"),
                cpr(62),
                "--because: it is one of birth_date, sex, replacement, adoption, other",
            ),
            (
                ("revoke-exemption", "--because", "gender"),
                "",
                "--because: it is one of self, municipality, re_entry, joined",
            ),
            (("died",), "", "--on: this act needs the day"),
            (("grant-mandate",), "", "--holder: this act needs a holder"),
            (("revoke-exemption", "--reasons"), "Moved.", "--reasons: this act does not record it"),
            (("appeal-exemption", "--reasons"), "Wrong.", "--reasons: this act does not record it"),
        ],
    )
    def test_a_missing_or_wrong_option_is_named_with_what_it_takes(
        self, terminal: Terminal, anna: str, arguments: tuple[str, ...], stdin: str, words: str
    ) -> None:
        act, *options = arguments
        said = terminal.run("citizen", act, anna, *options, stdin=stdin)
        assert said.code == 2
        assert words in " ".join(said.err.replace("│", " ").split())

    def test_json_of_a_wrong_form_is_reported_by_field(self, terminal: Terminal, anna: str) -> None:
        said = terminal.run("citizen", "rename", anna, stdin='{"family": "Berg", "family": "Bergmand"}')
        assert (said.code, said.err) == (65, "rigsbog: family: This field is written twice. Leave the right one.\n")
        said = terminal.run("citizen", "move", anna, stdin='{"street": "Vej 1", "city": "By"}')
        assert said.err == "rigsbog: postal_code: This field is needed and is not there.\n"


class TestRecall:
    def test_a_message_held_back_is_recalled_once_by_its_sender(
        self, terminal: Terminal, anna: str, tmp_path: Path
    ) -> None:
        (line,) = terminal.submit(letter(tmp_path, cpr(1), **held_until(datetime.now(UTC).date() + timedelta(days=2))))
        message, sender = f"message:{line['message_uuid']}", terminal.ok("find", stdin=AUTHORITY).out.split()[0]
        (said,) = terminal.ok("recall", message, "--sender", sender, "--json", stdin="Sent by mistake").lines
        assert [one["fact"] for one in said["recorded"]] == ["MessageRecalled"]
        (again,) = terminal.ok("recall", message, "--sender", sender, "--json", stdin="Sent by mistake").lines
        assert again["recorded"] == []

    def test_what_has_arrived_or_is_anothers_is_not_recalled(self, terminal: Terminal, anna: str, summons: str) -> None:
        sender = terminal.ok("find", stdin=AUTHORITY).out.split()[0]
        arrived = terminal.run("recall", summons, "--sender", sender, stdin="Sent by mistake")
        anothers = terminal.run("recall", summons, "--sender", anna, stdin="Sent by mistake")
        assert (arrived.code, anothers.code) == (3, 3)
        assert "has arrived" in arrived.err


ON_BEHALF = ("--authority", "34051178", "--case", "2026-9")


def test_w19_an_act_is_recorded_for_the_authority_that_answers_for_it_and_in_its_case(terminal: Terminal) -> None:
    (who,) = terminal.register(person(620), options=ON_BEHALF)
    terminal.ok("citizen", "exempt", who, *ON_BEHALF)
    (line,) = terminal.ok("nemkonto", "designate", who, "--json", *ON_BEHALF, stdin="0040 0440116243").lines
    terminal.ok("nemkonto", "activate", line["designation"], *ON_BEHALF, stdin=line["activation_code"])
    terminal.ok("nemkonto", "end", line["designation"], *ON_BEHALF)

    (history,) = terminal.ok("history", who, "--json").lines
    acts = [record for record in history["records"] if not record["actor"].startswith("system:reactions")]
    assert {(act["authority"], act["case"]) for act in acts} == {("34051178", "2026-9")}
    assert {"PersonRegistered", "ExemptionEntered", "NemkontoActivated", "DesignationCancelled"} <= {
        act["fact"] for act in acts
    }


def test_an_authority_that_answers_for_an_act_is_named_by_its_cvr_number(terminal: Terminal) -> None:
    (who,) = terminal.register(person(621))
    head = terminal.head()
    assert terminal.run("citizen", "unprotect", who, "--authority", "Skattestyrelsen").code == 2
    assert terminal.head() == head


def test_w1_the_letters_to_a_number_given_by_mistake_go_to_its_rightful_bearer(
    terminal: Terminal, tmp_path: Path
) -> None:
    (eva,) = terminal.register(person(630))
    terminal.ok("citizen", "renumber", eva, stdin=cpr(631))
    terminal.ok("citizen", "renumber", eva, stdin=cpr(630))
    terminal.ok("citizen", "withdraw-number", eva, stdin=cpr(631))
    (nobody,) = terminal.submit(letter(tmp_path, cpr(631)))
    assert [error["code"] for error in nobody["errors"]] == ["recipient.unknown"]

    (finn,) = terminal.register(person(631))
    assert finn != eva
    (line,) = terminal.submit(letter(tmp_path, cpr(631)))
    arrived = f"message:{line['message_uuid']}"
    assert terminal.run("open", arrived, "--reader", eva).code == 3
    assert "Kom til tiden." in terminal.ok("open", arrived, "--reader", finn).out
    assert terminal.ok("find", stdin=cpr(631)).out.startswith(finn)
    assert terminal.ok("find", stdin=cpr(630)).out.startswith(eva)
