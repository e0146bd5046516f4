"""A refused attempt to read is a fact: about the letter and who tried, once a command, bounded, and without a hint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bin.cli import exits
from domain.operations.refusal import REFUSALS_A_DAY_MAX
from tests.bin.terminal import Terminal, company, letter, person

ACCOUNT = "0040 0440116243"


@dataclass
class Letter:
    """A letter to one of two people."""

    terminal: Terminal
    message: str
    owner: str
    stranger: str
    authority: str

    def open(self, message: str, reader: str) -> Any:
        return self.terminal.run("open", message, "--reader", reader)

    def refusals(self, subject: str) -> list[dict[str, Any]]:
        (document,) = self.terminal.ok("history", subject, "--json").lines
        return [record for record in document["records"] if record["fact"] == "ActRefused"]


@pytest.fixture(scope="module")
def sent(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Letter:
    (authority,) = terminal.register(company())
    owner, stranger = terminal.register(person(41), person(42))
    folder: Path = tmp_path_factory.mktemp("letters")
    (line,) = terminal.submit(letter(folder, "6101900041"))
    return Letter(terminal, f"message:{line['message_uuid']}", owner, stranger, authority)


def test_a_refused_opening_is_in_the_history_of_the_letter_and_of_who_tried(sent: Letter) -> None:
    said = sent.open(sent.message, sent.stranger)
    assert said.code == exits.REFUSED

    for subject in (sent.message, sent.stranger):
        (refused,) = sent.refusals(subject)
        assert refused["fields"].items() >= {
            ("subject", sent.message),
            ("by", sent.stranger),
            ("act", "HandleMessage"),
            ("because", "NotTheRecipient"),
        }
        assert refused["actor"] == sent.stranger
    assert sent.refusals(sent.owner) == []
    assert "MessageOpened" not in sent.terminal.facts(sent.message)


def test_who_is_refused_learns_nothing_not_even_whether_there_is_such_a_letter(sent: Letter) -> None:
    nowhere = f"message:{uuid4()}"
    of_another, of_none = sent.open(sent.message, sent.stranger), sent.open(nowhere, sent.stranger)
    assert (of_none.code, of_none.out, of_none.err) == (of_another.code, of_another.out, of_another.err)

    (recorded,) = sent.refusals(nowhere)
    *_, other = [each for each in sent.refusals(sent.stranger) if each["fields"]["subject"] == sent.message]
    assert recorded["fields"] | {"subject": ""} == other["fields"] | {"subject": ""}
    assert sent.owner not in str(other)


def test_nothing_is_recorded_of_what_nobody_knows(sent: Letter) -> None:
    head = sent.terminal.head()
    assert sent.open(f"message:{uuid4()}", f"person:{uuid4()}").code == exits.REFUSED
    assert sent.terminal.head() == head


def test_so_many_refusals_are_recorded_a_day_of_one_who_tries_and_no_more(
    sent: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.operations.refusal.REFUSALS_A_DAY_MAX", 5)
    for _ in range(7):
        assert sent.open(sent.message, sent.stranger).code == exits.REFUSED
    assert len(sent.refusals(sent.stranger)) == 5
    assert REFUSALS_A_DAY_MAX == 100


@pytest.mark.parametrize(
    ("words", "question"), [("as-of persons {who}", "row"), ("history {who}", "trail"), ("find", "lookup")]
)
def test_an_answer_that_was_refused_is_in_the_history_of_whom_it_is_about_once_a_day(
    sent: Letter, words: str, question: str
) -> None:
    without = {name: value for name, value in sent.terminal.environment.items() if name != "RIGSBOG_BASIS"}
    for _ in range(2):
        with sent.terminal.monkeypatch.context() as patch:
            patch.setattr(Terminal, "environment", property(lambda _: without))
            said = sent.terminal.run(*words.format(who=sent.owner).split(), stdin="610190 0041")
        assert (said.code, said.out) == (exits.USAGE, "")
    (document,) = sent.terminal.ok("history", sent.owner, "--json").lines
    refused = [
        record["fields"]
        for record in document["records"]
        if record["fact"] == "DisclosureRefused" and record["fields"]["question"] == question
    ]
    assert [(fields["parties"], fields["because"]) for fields in refused] == [([sent.owner], "ReadingNeedsBasis")]


def test_a_refused_disclosure_of_nobody_who_is_registered_is_not_recorded(sent: Letter) -> None:
    without = {name: value for name, value in sent.terminal.environment.items() if name != "RIGSBOG_BASIS"}
    head = sent.terminal.head()
    with sent.terminal.monkeypatch.context() as patch:
        patch.setattr(Terminal, "environment", property(lambda _: without))
        assert sent.terminal.run("history", f"person:{uuid4()}").code == exits.USAGE
    assert sent.terminal.head() == head


def test_a_refused_act_in_the_affairs_of_another_is_in_the_history_of_both(sent: Letter) -> None:
    owner, stranger, court = sent.owner, sent.stranger, sent.authority
    appointed = f"citizen grant-mandate {owner} --holder {stranger} --kind estate --source court"
    abandoned = f"service abandon {sent.message} --sender {court} --next letter"
    for act, because, who, words, on in (
        ("DesignateNemkonto", "MayNotDesignate", stranger, f"nemkonto designate {owner} --by {stranger}", owner),
        ("GrantMandate", "GiverStillExists", stranger, appointed, owner),
        ("AbandonService", "NoSuchSummons", court, abandoned, sent.message),
    ):
        said = sent.terminal.run(*words.split(), stdin=ACCOUNT)
        assert said.code == exits.REFUSED, (words, said)
        for subject in (on, who):
            tried = [(each["fields"]["act"], each["fields"]["because"]) for each in sent.refusals(subject)]
            assert (act, because) in tried


def test_an_exemption_that_is_asked_for_without_a_mandate_is_refused_and_the_attempt_recorded(sent: Letter) -> None:
    said = sent.terminal.run("citizen", "request-exemption", sent.owner, "--by", sent.stranger)
    assert said.code == exits.REFUSED
    (refused,) = [each for each in sent.refusals(sent.owner) if each["fields"]["act"] == "RequestExemption"]
    assert (refused["fields"]["by"], refused["fields"]["because"]) == (sent.stranger, "NoMandateToAsk")


def test_who_errs_in_ones_own_affairs_or_in_what_is_stated_leaves_nothing(sent: Letter) -> None:
    head = sent.terminal.head()
    of_another_bank = ("--channel", "bank", "--institution", "1234", "--consent", "c-1")
    for words in (
        ("nemkonto", "designate", sent.owner, *of_another_bank),
        ("citizen", "exempt", f"person:{uuid4()}"),
    ):
        assert sent.terminal.run(*words, stdin=ACCOUNT).code == exits.REFUSED
    assert sent.terminal.head() == head
