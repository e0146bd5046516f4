"""The demo's scenario: half a year of a made-up state, every scene by the same path as in production."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg

from adapters.memo import letters as letters_in
from bin.application import nemkonto
from bin.application.application import Application
from bin.application.nemkonto import DesignatedAccount
from bin.application.people.imports import PeopleImport
from bin.application.post.open import contents_of
from bin.application.post.submit import MessageSubmission
from bin.application.reactions.executor import caught_up
from bin.dev.demo import synthetic
from domain.identity.birth_and_death import RecordDeath
from domain.identity.cpr import parse_cpr
from domain.identity.names import PersonName
from domain.identity.person_name import ChangeName
from domain.nemkonto.account import parse_account
from domain.nemkonto.change_notice import ChangeNoticeGiven
from domain.nemkonto.designation import DesignationChannel
from domain.post.exemption import ExemptFromMail
from domain.post.item import HandleMessage
from domain.post.legal_times import legal_times
from domain.post.message import Channel, Handling
from domain.subject import DesignationId, MessageId, PersonId
from projections.catalogue import REGISTERS
from projections.engine.follow import follow

GROWN_UP_BORN = 2000
SEED = 1968
"""The year of the CPR register; the same seed gives the same state."""
NAMESPACE = UUID("5269675f-6465-4d6f-8000-73746f727900")
"""Of the scenario's own messages and designations."""
FIRST_ACCOUNT, SECOND_ACCOUNT = "5001 0000123456", "8401 0000654321"


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@dataclass
class Scenario:
    """The scenes; each leaves behind what the closing questions ask about."""

    application: Application
    clock: psycopg.Connection[Any]
    """The owner's connection, which sets the simulated clock."""
    folder: Path
    print_line: Callable[[str], None]
    population: synthetic.Population
    outcomes: dict[str, Any] = field(default_factory=dict)
    cast: list[tuple[dict[str, Any], PersonId]] = field(default_factory=list)
    """The grown-ups of the state, each as in the people file and as registered; the first is the main character."""

    @property
    def citizen(self) -> PersonId:
        """The main character."""
        return self.cast[0][1]

    def set_time(self, moment: datetime) -> None:
        """Let time pass, and let happen what falls due meanwhile."""
        self.clock.execute("update ledger.simulated_clock set now_is = %s", [moment])
        self.catch_up()

    def catch_up(self) -> None:
        """Run the reactions, and bring the registers to the head."""
        caught_up(self.application)
        with self.application.database.project.connect() as connection:
            follow(connection, REGISTERS)

    def registration(self) -> None:
        """Everybody is registered; mailboxes open without a request, a company's after its days of grace."""
        rows = (*self.population.people, *self.population.companies)
        random = Random(SEED)  # noqa: S311 - the same ids at every run
        people_import = PeopleImport(self.application, new_uuid=lambda: UUID(int=random.getrandbits(128), version=4))
        entered = list(people_import.register(json.dumps(row).encode() for row in rows))
        kinds = Counter(line.kind for line in entered if line.registered)
        self.cast = [
            (row, line.subject)
            for row, line in zip(rows, entered, strict=True)
            if isinstance(line.subject, PersonId) and parse_cpr(row["number"]).birth_date.year <= GROWN_UP_BORN
        ]
        self.catch_up()
        self.print_line(
            f"{kinds['person']:,} people and {kinds['company']:,} companies are registered; mailboxes open."
        )
        self.outcomes["registered"] = dict(kinds)

    def mailing(self, count: int) -> None:
        """Letters are written as real MeMo files, and submitted as any letter is."""
        folder = self.folder / "letters"
        folder.mkdir()
        for name, content in synthetic.letters(self.population, count, self.application.ledger.now(), SEED):
            (folder / name).write_bytes(content)
        self.outcomes["letters"] = self.submit(folder)
        self.catch_up()
        words = ", ".join(f"{many:,} {status.lower()}" for status, many in sorted(self.outcomes["letters"].items()))
        self.print_line(f"{count:,} letters are submitted as MeMo files: {words}.")

    def submit(self, path: Path) -> dict[str, int]:
        """Hand letters in; how many came to what."""
        return dict(
            Counter(letter.status.value for letter in MessageSubmission(self.application).submit(letters_in([path])))
        )

    def tax_notice(self) -> None:
        """A tax notice arrives with legal effect before anybody reads it, and is read two days later."""
        notice = self.send("tax notice", synthetic.SENDERS[0][1][0], self.cast[0][0])
        self.set_time(at(3, 14, 19))
        self.act(
            HandleMessage(
                message=notice,
                reader=self.citizen,
                owner=self.citizen,
                channel=Channel.E_BOKS,
                handling=Handling.OPENED,
            )
        )
        clock = legal_times(self.application.handler.records(notice))
        assert clock.available_at is not None, "an opened message has arrived"
        self.outcomes["notice"] = notice
        self.print_line(
            f"A tax notice arrives for our citizen on {clock.available_at:%d %B} and is read in e-Boks on"
            f" {clock.first_opened_at:%d %B}. In law it arrived on the first of the two (§ 10 no. 1)."
        )

    def first_nemkonto(self) -> None:
        """The bank reports her account, with her consent."""
        self.designate("first account", FIRST_ACCOUNT, DesignationChannel.BANK)
        (shown,) = nemkonto.designations(self.application, self.citizen)
        self.print_line(f"Her refund goes to her NemKonto, {shown.account}, reported by her bank.")

    def second_nemkonto(self) -> None:
        """She points out another by self-service: a letter with a code, and only then the change, with notice of it."""
        designated = self.designate("second account", SECOND_ACCOUNT, DesignationChannel.SELF_SERVICE)
        designation, code = designated.designation, designated.activation_code
        assert designation is not None, "another account than the first is recorded"
        assert code is not None, "self-service needs a code"
        self.set_time(at(4, 9, 17))
        nemkonto.activate(self.application, designation, code)
        self.catch_up()
        shown = nemkonto.designations(self.application, self.citizen)[1]
        about = [record.event for record in self.application.handler.records(designation)]
        message = [event.message for event in about if isinstance(event, ChangeNoticeGiven)][-1]
        assert message is not None, "she has Digital Post"
        notice = contents_of(self.application, message)
        assert notice.title is not None, "the citizen's key is there"
        self.outcomes |= {"designation": designation, "change_known": at(4, 8), "change_valid": shown.valid_from}
        self.print_line(
            f"In April she changes it to {shown.account} by self-service. The code comes by letter, she redeems it"
            f" on 9 April, and the change holds from {shown.valid_from:%d %B}. She gets a notice by Digital Post:"
            f" «{notice.title}»."
        )

    def summons(self) -> None:
        """A summons is served when it is first handled, opened or not."""
        row, person = self.cast[1]
        summons = self.send("summons", synthetic.SENDERS[1][1][0], row, sender=1, summons=True)
        self.set_time(at(4, 22, 7))
        moved = HandleMessage(
            message=summons, reader=person, owner=person, channel=Channel.APP, handling=Handling.MOVED
        )
        self.act(moved)
        clock = legal_times(self.application.handler.records(summons))
        assert clock.available_at is not None, "a handled message has arrived"
        self.outcomes["summons"] = summons
        self.print_line(
            f"A summons is available on {clock.available_at:%d %B}, and served on {clock.served_at:%d %B}, when it is"
            " moved unopened to another folder: the first handling serves it, and the court has its receipt."
        )

    def exemption(self) -> None:
        """An exemption comes while a letter is held back: at its release the recipient is looked at anew."""
        row, person = self.cast[2]
        held = self.send("held back", synthetic.SENDERS[3][1][0], row, until=date(2026, 5, 7), sender=3)
        self.set_time(at(5, 5))
        self.act(ExemptFromMail(recipient=person, decided_by="Odense Kommune"))
        self.set_time(at(5, 8))
        clock = legal_times(self.application.handler.records(held))
        assert clock.available_at is None, "an exempt person's letter never arrives"
        self.print_line(
            "A letter is held back until 7 May; its recipient is exempted on 5 May. At its release it is refused: it"
            " never arrived, and its sender has a receipt NOT_ALLOWED and writes on paper."
        )

    def death(self) -> None:
        """A death is learnt three days late; both days stay apart, and the mailbox closes."""
        row, person = self.cast[3]
        self.set_time(at(5, 20))
        self.act(RecordDeath(person=person, died_on=date(2026, 5, 17)))
        self.catch_up()
        path = self.write("after the death", synthetic.SENDERS[2][1][0], row, sender=2)
        self.outcomes["after death"] = self.submit(path)
        self.print_line(
            "Somebody died on 17 May, and it is registered on 20 May: the mailbox closes, and a letter sent that day"
            f" comes back {'/'.join(self.outcomes['after death'])}."
        )

    def renaming(self) -> None:
        self.set_time(at(6, 13))
        self.act(ChangeName(person=self.citizen, name=PersonName(given="Freja", family="Nørgaard")))
        self.set_time(at(9, 1))
        self.print_line("In June she takes another name. Then it is September, and the auditor comes.")

    def send(self, name: str, title: str, recipient: dict[str, Any], **details: Any) -> MessageId:
        """Write one letter as a file, and hand it in."""
        self.submit(self.write(name, title, recipient, **details))
        self.catch_up()
        return MessageId(_uuid4(name))

    def write(
        self,
        name: str,
        title: str,
        recipient: dict[str, Any],
        *,
        sender: int = 0,
        until: date | None = None,
        summons: bool = False,
    ) -> Path:
        """One letter of the scenario as a MeMo file."""
        content = synthetic.letter(
            self.population.companies[sender],
            recipient,
            title,
            self.application.ledger.now(),
            uuid=_uuid4(name),
            held_back_until=until,
            summons=summons,
        )
        path = self.folder / f"{name.replace(' ', '-')}.xml"
        path.write_bytes(content)
        return path

    def designate(self, name: str, account: str, channel: DesignationChannel) -> DesignatedAccount:
        by_bank = channel is DesignationChannel.BANK
        designated = nemkonto.designate(
            self.application,
            self.citizen,
            parse_account(account),
            channel,
            institution=account[:4] if by_bank else None,
            consent="customer order 17" if by_bank else None,
            designation=DesignationId(_uuid4(name)),
        )
        self.catch_up()
        return designated

    def act(self, command: Any) -> None:
        self.application.execute(command, "system:demo")


def scenes(scenario: Scenario, letters: int) -> Iterable[tuple[datetime, Callable[[], None]]]:
    """When each scene begins, in order."""
    return (
        (at(1, 5), scenario.registration),
        (at(2, 2), scenario.first_nemkonto),
        (at(2, 16), lambda: scenario.mailing(letters)),
        (at(3, 12), scenario.tax_notice),
        (at(4, 2), scenario.second_nemkonto),
        (at(4, 20), scenario.summons),
        (at(5, 4), scenario.exemption),
        (at(5, 17), scenario.death),
        (at(6, 12), scenario.renaming),
    )


def _uuid4(name: str) -> UUID:
    """The same for the same name, and of version 4 in form, as MeMo wants it."""
    return UUID(int=uuid5(NAMESPACE, name).int, version=4)
