"""The scenes of the demo: what happens to the people of a made-up state from January to September."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

from bin.application import nemkonto
from bin.application.contexts import Reading
from bin.application.disclosure import Reader
from bin.application.nemkonto import DesignatedAccount
from bin.application.people.find import cpr_subject
from bin.application.post.open import contents_of
from bin.application.questions.as_of import as_of
from bin.application.questions.impact import impact
from bin.dev.demo import synthetic
from bin.dev.demo.scenario import Scenario, at, scenario_uuid
from domain.entry import EntrySource
from domain.identity.birth_and_death import RecordDeath
from domain.identity.cpr import CprNumber, parse_cpr
from domain.identity.cvr import parse_cvr
from domain.identity.mandate import MandateKind
from domain.identity.mandate_commands import GrantMandate
from domain.identity.names import Address, PersonName
from domain.identity.number import CprChangeReason
from domain.identity.number_commands import ChangeCpr, WithdrawCpr
from domain.identity.person_address_commands import ChangeAddress
from domain.identity.person_name import ChangeName
from domain.nemkonto.account import parse_account
from domain.nemkonto.change_notice import ChangeNoticeGiven
from domain.nemkonto.designation import DesignationChannel
from domain.post.exemption_commands import ExemptFromMail
from domain.post.item_commands import HandleMessage, NotTheRecipient
from domain.post.legal_times import legal_times
from domain.post.message import Channel, Handling
from domain.subject import DesignationId, PersonId
from projections.catalogue import register

FIRST_ACCOUNT, SECOND_ACCOUNT = "5001 0000123456", "8401 0000654321"


def tax_notice(scenario: Scenario) -> None:
    """A tax notice arrives with legal effect before anybody reads it, and is read two days later."""
    notice = scenario.send("tax notice", synthetic.SENDERS[0][1][0], scenario.cast[0][0])
    scenario.set_time(at(3, 14, 19))
    scenario.act(
        HandleMessage(
            message=notice,
            reader=scenario.citizen,
            owner=scenario.citizen,
            channel=Channel.E_BOKS,
            handling=Handling.OPENED,
        )
    )
    clock = legal_times(scenario.application.handler.records(notice))
    assert clock.available_at is not None, "an opened message has arrived"
    scenario.outcomes["notice"] = notice
    scenario.print_line(
        f"A tax notice arrives for $CITIZEN on {_day(clock.available_at)} and is read in e-Boks on"
        f" {_day(clock.first_opened_at)}. In law it arrived on the first of the two (§ 10 no. 1)."
    )


def first_nemkonto(scenario: Scenario) -> None:
    """The bank reports the main character's account, with her consent."""
    _designate(scenario, "first account", FIRST_ACCOUNT, DesignationChannel.BANK)
    (shown,) = nemkonto.designations(scenario.application, scenario.citizen)
    scenario.print_line(
        f"The main character ($CITIZEN): her bank reports her NemKonto, {shown.account}, for her tax refund."
    )


def second_nemkonto(scenario: Scenario) -> None:
    """She designates another by self-service: a letter with a code, and only then the change, with notice of it."""
    designated = _designate(scenario, "second account", SECOND_ACCOUNT, DesignationChannel.SELF_SERVICE)
    designation, code = designated.designation, designated.activation_code
    assert designation is not None, "another account than the first is recorded"
    assert code is not None, "self-service needs a code"
    scenario.set_time(at(4, 9, 17))
    nemkonto.activate(scenario.application, designation, code)
    scenario.catch_up()
    shown = nemkonto.designations(scenario.application, scenario.citizen)[1]
    about = [record.event for record in scenario.application.handler.records(designation)]
    message = [event.message for event in about if isinstance(event, ChangeNoticeGiven)][-1]
    assert message is not None, "she has Digital Post"
    notice = contents_of(scenario.application, message)
    assert notice.title is not None, "the citizen's key is there"
    scenario.outcomes |= {"designation": designation, "change_known": at(4, 8), "change_valid": shown.valid_from}
    scenario.print_line(
        f"In April she changes it to {shown.account} by self-service. The code comes by letter, she redeems it"
        f" on 9 April, and the change holds from {_day(shown.valid_from)}. She gets a notice by Digital Post:"
        f" «{notice.title}»."
    )


def summons(scenario: Scenario) -> None:
    """A summons is served when it is first handled, opened or not."""
    row, person = scenario.cast[1]
    summons = scenario.send("summons", synthetic.SENDERS[1][1][0], row, sender=1, summons=True)
    scenario.set_time(at(4, 22, 7))
    moved = HandleMessage(message=summons, reader=person, owner=person, channel=Channel.APP, handling=Handling.MOVED)
    scenario.act(moved)
    clock = legal_times(scenario.application.handler.records(summons))
    assert clock.available_at is not None, "a handled message has arrived"
    scenario.outcomes["summons"] = summons
    scenario.print_line(
        f"A summons is available on {_day(clock.available_at)}, and served on {_day(clock.served_at)}, when it is"
        " moved unopened to another folder: the first handling serves it, and the court has its receipt."
    )


def exemption(scenario: Scenario) -> None:
    """An exemption comes while a letter is held back: at its release the recipient is looked at anew."""
    row, person = scenario.cast[2]
    held = scenario.send("held back", synthetic.SENDERS[3][1][0], row, until=date(2026, 5, 7), sender=3)
    scenario.set_time(at(5, 5))
    scenario.act(ExemptFromMail(recipient=person))
    scenario.set_time(at(5, 8))
    clock = legal_times(scenario.application.handler.records(held))
    assert clock.available_at is None, "an exempt person's letter never arrives"
    scenario.print_line(
        "A letter is held back until 7 May; its recipient is exempted on 5 May. At its release it is refused: it"
        " never arrived, and its sender has a receipt NOT_ALLOWED and writes on paper."
    )


def death(scenario: Scenario) -> None:
    """A death is learned three days late; both days stay apart, and the mailbox closes."""
    row, person = scenario.cast[3]
    scenario.outcomes["before the death"] = scenario.send("before the death", synthetic.SENDERS[2][1][0], row, sender=2)
    scenario.set_time(at(5, 20))
    scenario.act(RecordDeath(person=person, died_on=date(2026, 5, 17)))
    scenario.catch_up()
    path = scenario.write("after the death", synthetic.SENDERS[2][1][0], row, sender=2)
    scenario.outcomes["after death"] = scenario.submit(path)
    scenario.print_line(
        "Somebody died on 17 May, and it is registered on 20 May: the mailbox closes, and a letter sent that day"
        f" comes back {'/'.join(scenario.outcomes['after death'])}."
    )


def executor(scenario: Scenario) -> None:
    """The probate court lets an executor into the mailbox of the dead, who reads and is served for nobody."""
    letter = scenario.outcomes["before the death"]
    (_, dead), (_, appointed) = scenario.cast[3], scenario.cast[6]
    opened = HandleMessage(
        message=letter, reader=appointed, owner=dead, channel=Channel.BORGER_DK, handling=Handling.OPENED
    )
    try:
        scenario.act(opened)
    except NotTheRecipient:
        refused = scenario.application.ledger.now()
    else:
        raise AssertionError("nobody reads the mailbox of the dead without a mandate")
    estate = GrantMandate(
        giver=dead, held_by=appointed, kind=MandateKind.ESTATE, source=EntrySource.COURT, document="SKS 2026-611"
    )
    scenario.act(estate, case="2026-611")
    before = scenario.application.ledger.head()
    scenario.act(opened)
    scenario.outcomes["executor"] = [record.name for record in scenario.application.handler.records(after=before)]
    scenario.print_line(
        f"On {_day(refused)} nobody may read the mailbox of the dead. The probate court appoints an executor, who is"
        " let in and opens a letter; of what the dead was not served, the executor serves nothing."
    )


def renaming(scenario: Scenario) -> None:
    scenario.set_time(at(6, 13))
    scenario.act(ChangeName(person=scenario.citizen, name=PersonName(given="Freja", family="Nørgaard")))
    scenario.set_time(at(9, 1))
    scenario.print_line("In June she takes another name. Then it is September, and the auditor comes.")


def _designate(scenario: Scenario, name: str, account: str, channel: DesignationChannel) -> DesignatedAccount:
    by_bank = channel is DesignationChannel.BANK
    designated = nemkonto.designate(
        scenario.application,
        scenario.citizen,
        parse_account(account),
        channel,
        institution=account[:4] if by_bank else None,
        consent="customer order 17" if by_bank else None,
        designation=DesignationId(scenario_uuid(name)),
    )
    scenario.catch_up()
    return designated


def move(scenario: Scenario) -> None:
    """A move is reported four days late: the address holds from the day of the move, and both beliefs remain."""
    _, person = scenario.cast[4]
    moved_on, asked_before = date(2026, 3, 1), scenario.application.ledger.head()
    new_home = Address(street="Havnegade 12", postal_code="8000", city="Aarhus C")
    scenario.act(
        ChangeAddress(person=person, address=new_home, valid_from=moved_on, source=EntrySource.PARTY), case="2026-301"
    )
    scenario.catch_up()
    (before,), (now,) = (
        as_of(scenario.application, register("person_addresses"), person, known, date(2026, 3, 3)).rows
        for known in (asked_before, None)
    )
    assert before["entry"] != now["entry"], "the move holds from its own day"
    scenario.outcomes["moved"] = [str(before["valid_from"]), str(now["valid_from"])]
    scenario.print_line(
        f"A citizen moved on 1 March and reports it on {_day(scenario.application.ledger.now())}. Where was home on"
        f" 3 March? As known that day, at the address entered on {_day(before['valid_from'])}; as known now, at the one"
        " that holds from 1 March."
    )


def wrong_number(scenario: Scenario) -> None:
    """A number is given to the wrong person, and withdrawn: who was written to by it meanwhile?"""
    row, (_, person) = scenario.population.latecomer, scenario.cast[5]
    own, wrong = (parse_cpr(number) for number in (scenario.cast[5][0]["number"], row["number"]))
    scenario.act(_given(scenario, person, wrong), case="2026-416")
    scenario.send("to the wrong bearer", synthetic.SENDERS[2][1][0], row, sender=2)
    scenario.set_time(at(4, 18))
    scenario.act(_given(scenario, person, own), case="2026-416")
    scenario.act(WithdrawCpr(person=person, index=cpr_subject(scenario.application, wrong)), case="2026-416")
    scenario.outcomes["correction"] = scenario.application.ledger.head()
    scenario.register([row])
    operator = parse_cvr(scenario.application.settings.authority)
    reading = Reader(scenario.application, Reading(operator, "rigsrevisorloven § 10", None))
    found = impact(scenario.application, scenario.outcomes["correction"], reading)
    letters = [fact for command in found.commands for fact in command.facts if fact.name == "MessageMadeAvailable"]
    assert len(letters) == 1, "the one letter to the wrong bearer is found"
    scenario.outcomes["misdirected"] = [letter.payload["message"] for letter in letters]
    scenario.print_line(
        "Somebody was given another's number by mistake. Two days later it is withdrawn and goes to its rightful"
        f" bearer; `rigsbog impact {scenario.outcomes['correction']}` lists the letter that went to the wrong mailbox."
    )


def _day(when: date | None) -> str:
    """As a sentence has it: 5 March."""
    return f"{when.day} {when:%B}" if when else "no day"


def _given(scenario: Scenario, person: PersonId, number: CprNumber) -> ChangeCpr:
    index = cpr_subject(scenario.application, number)
    return ChangeCpr(person=person, index=index, number=number, reason=CprChangeReason.OTHER)


def scenes(scenario: Scenario, letters: int) -> Iterable[tuple[datetime, Callable[[], None]]]:
    """When each scene begins, in order."""
    acts = (
        (at(2, 2), first_nemkonto),
        (at(2, 16), lambda scenario: scenario.mailing(letters)),
        (at(3, 5), move),
        (at(3, 12), tax_notice),
        (at(4, 2), second_nemkonto),
        (at(4, 16), wrong_number),
        (at(4, 20), summons),
        (at(5, 4), exemption),
        (at(5, 17), death),
        (at(6, 11), executor),
        (at(6, 12), renaming),
    )
    yield at(1, 5), scenario.registration
    for begins, scene in acts:
        yield begins, partial(scene, scenario)
