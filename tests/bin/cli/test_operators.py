"""Every command is declared: it changes nothing, answers about people on record, or records an act.

A new tool fails here until it has its line in PLACES: `nothing("...")` for one that changes nothing in the ledger,
`answers("anna", "...")` for one that answers about that person or company and records the answer where they see it,
`leaves("Fact Fact", "...")` for one that leaves at least one of each of these facts. About whom the output of an answer
names, an answer is recorded; whom the output of an act names, a fact that it left concerns. A call is written as at a
terminal; {names} are those of `Walk.names`, and `stdin` is the text on standard input. The calls are one walk, in the
order of PLACES: some go on where one before them ended.
"""

from __future__ import annotations

import json
import shlex
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.keys.key_file import create_key_file
from bin.cli import exits
from bin.cli.app import COMMANDS, loaded
from domain.danish_time import COPENHAGEN
from tests.bin.answered import concerned, disclosed, unrecorded, uuid_of
from tests.bin.cli.paper_names import paper_names
from tests.bin.cli.walk_names import (
    BY_BANK,
    account_names,
    compensation_payment,
    corrected_death,
    letter_names,
    mandate,
)
from tests.bin.terminal import AUTHORITY, Said, Terminal, company, cpr, person
from tests.conftest import remove_server

READ = "--open --authority 34051178 --basis 'forvaltningsloven § 29'"
DECIDED = f"--basis 'forvaltningsloven § 24' --authority {AUTHORITY} --case 2026-9"
STANDS = "--decision stands --decided-by {firm}"
ORDERED = "--basis 'GDPR art. 17(1)(a)' --authority 34051178 --case 2026-9"
SERVED = "--sender {firm} --on {today}"
BY_OPERATOR = ("--authority", "34051178")
FROM, UNTIL = "2026-03-02T09:00Z", "2026-03-02T10:00Z"
REFUSES_ANOTHERS_SERVER = exits.CONFIGURATION


@dataclass(frozen=True)
class Call:
    """One call of a tool, and the facts that it leaves; none for one that changes nothing."""

    words: str
    facts: tuple[str, ...] = ()
    stdin: str = ""
    before: str = ""
    """What is said to the database first, as its owner."""
    code: int = exits.OK
    seals: bool = False
    about: str = ""
    """About whom it answers, by its name in `Walk.names`."""


def nothing(words: str, *, stdin: str = "", code: int = exits.OK) -> Call:
    """A call that leaves every table as it was."""
    return Call(words, stdin=stdin, code=code)


def leaves(facts: str, words: str, *, stdin: str = "", before: str = "") -> Call:
    """A call that leaves these facts."""
    return Call(words, tuple(facts.split()), stdin, before)


def answers(about: str, words: str, *, stdin: str = "", and_leaves: str = "") -> Call:
    """A call that answers about somebody, and is recorded as such an answer."""
    return Call(words, ("DataDisclosed", *and_leaves.split()), stdin, about=about)


def seals(words: str) -> Call:
    """A call that seals what was recorded, and leaves every table as it was but those of the seal."""
    return Call(words, seals=True)


IMPORTED = "5f9c6b1e-0000-4000-8000-000000000001"
ARRIVAL = "\n" + json.dumps(
    {
        "message": IMPORTED,
        "recipient": cpr(1),
        "available_at": "2021-03-01T10:00:00Z",
        "evidence_sha256": "e0" * 32,
    }
)
"""An arrival in another system; its first line is blank."""

PLACES: Mapping[str, tuple[Call, ...]] = {
    # Acts of people and authorities.
    "register": (
        leaves("PersonRegistered", "register - --no-reactions --json", stdin="{another}"),
        leaves("DataDisclosed", "register - --no-reactions --json", stdin="{another}"),
    ),
    "run": (leaves("MailRegistered", "run --once"),),
    "submit": (leaves("MessageSubmitted MessageMadeAvailable", "submit {letter}"),),
    "prove": (
        answers("anna", "prove {message} --out {file}"),
        answers("anna", f"prove {{message}} --out {{file}} {READ}"),
    ),
    "bundle": (
        answers("anna", "bundle {message} --known {sealed} --out {file}"),
        answers("anna", f"bundle {{message}} --known {{sealed}} --out {{file}} {READ}"),
    ),
    "receipts": (
        answers("anna", "receipts"),
        answers("anna", "receipts --sender", stdin=AUTHORITY),
        answers("anna", "receipts --sender --ack", stdin=AUTHORITY, and_leaves="ReceiptAcknowledged"),
    ),
    "recall": (leaves("MessageRecalled", "recall {held} --sender {firm}", stdin="Sent in error."),),
    "open": (leaves("MessageOpened", "open {message} --reader {anna}"),),
    "outage record": (leaves("OutageRecorded", f"outage record --client app --from {FROM} --authority 34051178"),),
    "outage end": (leaves("OutageEnded", f"outage end {{outage}} --client app --at {UNTIL} --authority 34051178"),),
    "outage annul": (leaves("OutageAnnulled", "outage annul {outage} --client app --authority 34051178"),),
    "service confirm": (leaves("ServiceConfirmed", "service confirm {asking} --reader {anna} --on {today}"),),
    "service abandon": (leaves("ServiceAbandoned", "service abandon {summons} --sender {firm} --next letter"),),
    "service record": (leaves("ServedOtherwise", f"service record {{summons}} {SERVED} --method letter"),),
    "service reached": (leaves("SummonsReachedAddressee", f"service reached {{second_summons}} {SERVED}"),),
    "service annul": (
        leaves("ServiceAnnulled", "service annul {second_summons} --sender {firm} --because recorded_wrongly"),
    ),
    "letter notified": (leaves("NotificationFailed", "letter notified {message} --means sms --failed expired"),),
    "letter dispute": (leaves("ArrivalDisputed", "letter dispute {message} --recipient {anna}", stdin="It is lost."),),
    "letter decide": (leaves("DisputeDecided", f"letter decide {{message}} --arrived {DECIDED}"),),
    "letter excuse": (leaves("LateAnswerExcused", f"letter excuse {{message}} {DECIDED}"),),
    "letter virus": (leaves("VirusFound", "letter virus {second} --scanner clamdscan --authority 34051178"),),
    "letter unavailable": (leaves("MessageMadeUnavailable", f"letter unavailable {{third}} {ORDERED}"),),
    "letter no-virus": (
        leaves("VirusFindingAnnulled", "letter no-virus {second} --authority 34051178 --case 2026-17"),
    ),
    "letter available-again": (leaves("UnavailabilityLifted", f"letter available-again {{third}} {ORDERED}"),),
    "letter import": (
        leaves("ArrivalImported", "letter import - --system e-Boks --authority 34051178", stdin=ARRIVAL),
    ),
    "letter annul-import": (
        leaves(
            "ArrivalImportAnnulled",
            f"letter annul-import message:{IMPORTED} --authority 34051178",
        ),
    ),
    "citizen": (leaves("AddressEntered", "citizen move {anna}", stdin="{address}"),),
    "nemkonto designate": (leaves("NemkontoDesignated", f"nemkonto designate {{bo}} {BY_BANK}", stdin="{account}"),),
    "nemkonto activate": (leaves("NemkontoActivated", "nemkonto activate {pointed_out}", stdin="{code}"),),
    "nemkonto withdraw": (leaves("DesignationWithdrawn", "nemkonto withdraw {awaiting}"),),
    "nemkonto end": (leaves("DesignationCancelled", "nemkonto end {designation}"),),
    "nemkonto correct-end": (leaves("NemkontoRestored", "nemkonto correct-end {decreed} --cause bankruptcy"),),
    "nemkonto freeze": (leaves("ChangeFreezeSet", "nemkonto freeze {bo}"),),
    "nemkonto void": (leaves("DesignationVoided", "nemkonto void {decreed}", stdin="0700-12345"),),
    "nemkonto rested-on": (answers("other", "nemkonto rested-on {decreed}"),),
    "nemkonto claim-compensation": (
        leaves("CompensationClaimed", "nemkonto claim-compensation {decreed}", stdin="125000"),
    ),
    "nemkonto decide-compensation": (
        leaves(
            "CompensationDecided",
            "nemkonto decide-compensation {decreed} --decided-by {firm}",
            stdin="125000",
        ),
    ),
    "nemkonto pay-compensation": (
        leaves("CompensationPaid", "nemkonto pay-compensation {decreed}", stdin="100000\norder 7"),
    ),
    "nemkonto correct-payment": (
        leaves("CompensationPaymentCorrected", "nemkonto correct-payment {payment}", stdin="125000"),
    ),
    "nemkonto annul-payment": (leaves("CompensationPaymentAnnulled", "nemkonto annul-payment {payment}"),),
    "nemkonto document": (answers("carl", "nemkonto document {signed} --out {file}"),),
    "nemkonto show": (answers("anna", "nemkonto show {anna}"), answers("anna", "nemkonto show {anna} --reader {anna}")),
    "correction registration": (
        leaves(
            "RegistrationCorrected MailRegistrationAnnulled",
            "correction registration {carl} --should not_registered --from {today}",
        ),
    ),
    "correction letters": (answers("exempt", f"correction letters {{late}} {READ.removeprefix('--open ')}"),),
    "correction inform": (leaves("SenderInformed", "correction inform {late} --sender {firm}"),),
    "correction decide": (leaves("ImpactDecided", f"correction decide {{late}} {{in_between}} {STANDS}"),),
    "paper send": (leaves("PaperLetterOrdered", "paper send {refused} --sender {firm}"),),
    "paper list": (answers("exempt", "paper list"),),
    "paper print": (answers("exempt", f"paper print {{paper}} {READ.removeprefix('--open ')}"),),
    "paper posted": (leaves("PaperLetterPosted", "paper posted {paper} --address {to_address}"),),
    "paper returned": (leaves("PaperLetterReturned", "paper returned {paper}"),),
    "paper annul-return": (leaves("PaperLetterReturnAnnulled", "paper annul-return {paper}"),),
    "paper annul-posting": (leaves("PaperLetterPostingAnnulled", "paper annul-posting {paper}"),),
    # Questions.
    "find": (answers("anna", "find", stdin="{number}"),),
    "history": (
        nothing("history register:messages"),
        answers("anna", "history {anna}"),
        answers("anna", f"history {{anna}} {READ}"),
    ),
    "readings": (
        nothing("readings entry:00000000-0000-4000-8000-000000000001", code=exits.REFUSED),
        answers("carl", "readings {mandate}"),
    ),
    "as-of": (
        answers("anna", "as-of persons {anna}"),
        answers("anna", "as-of all {anna}"),
        answers("anna", f"as-of persons {{anna}} {READ}"),
    ),
    "diff": (answers("anna", "diff persons --from 1"),),
    "impact": (answers("bo", "impact {correction}"),),
    "explain": (answers("anna", "explain persons {anna} registered_as_resident"),),
    "verify": (nothing("verify"), leaves("DocumentCheckBegun DocumentsChecked", "verify documents")),
    "status": (nothing("status"),),
    "doctor": (nothing("doctor"),),
    # Operators' acts.
    "rebuild": (
        nothing("rebuild --plan"),
        leaves("RebuildBegun RebuildAttested", "rebuild messages --postpone-swap"),
        leaves("RegisterSwapped", "rebuild --swap-now"),
        leaves("RegisterPutBack", "rebuild messages --rollback"),
        leaves("RebuildBegun RebuildAttested", "rebuild persons --postpone-swap"),
        leaves("RebuildGivenUp", "rebuild persons --abort"),
    ),
    "acknowledge": (
        leaves(
            "RegisterStopAcknowledged",
            "acknowledge companies --reason 'a fact of a later version'",
            before="update register.progress set state = 'stopped' where name = 'companies'",
        ),
    ),
    "retention show": (answers("dead", "retention show"),),
    "retention apply": (nothing("retention apply"),),
    "retention extend": (leaves("DeletionPlanned", f"retention extend {{dead}} --until 2099-01-01 {ORDERED}"),),
    "erase": (leaves("ErasureOrdered KeysDestroyed", f"erase {{anna}} --class post {ORDERED}"),),
    # The first sealing, in `run --once`, left SealingKeyAdopted.
    "seal once": (seals("seal once"),),
    "seal status": (nothing("seal status"),),
    "seal key": (nothing("seal key"),),
    "seal export": (
        nothing("seal export {exported}"),
        leaves(
            "EntriesExported", "seal export {audited} --entries --authority 34051178 --basis 'rigsrevisorloven § 10'"
        ),
    ),
    "seal limit": (leaves("SealAgeLimitSet", "seal limit 4h"),),
    "seal acknowledge": (
        leaves(
            "SealHaltAcknowledged",
            "seal acknowledge --reason 'a halt that a test made'",
            before="insert into seal.halt (halt, halted_at, size, cause) values (gen_random_uuid(), now(), 1, 'test')",
        ),
    ),
    # Nothing is lost here. What it leaves where something is, is tested in test_later_log.py.
    "seal begin": (nothing("seal begin --after {exported}/checkpoint --reason 'nothing is lost'", code=exits.REFUSED),),
    "seal rotate": (leaves("SealingKeyAdopted SealingKeyRetired", "seal rotate --key-file {fresh_key}"),),
    # An accepted token is stored next to its checkpoint and is evidence; without a root none is accepted.
    "seal stamp": (nothing("seal stamp --tsa http://127.0.0.1:1 --root {folder}", code=exits.CONFIGURATION),),
    "seal stamps": (nothing("seal stamps --root {folder}", code=exits.CONFIGURATION),),
    "replay": (leaves("RegistersReplayed", "replay persons --known 3 --into spring"),),
    "db psql": (leaves("DatabaseOpenedByHand", "db psql -c 'select 1' -o /dev/null"),),
    # What an operator's `migrate` leaves in an older database is tested in test_migrate.py.
    "migrate": (nothing("migrate"),),
    # These work elsewhere: on databases that they make, or on a server of this home's own.
    "demo": (nothing("demo --people 10 --companies 10 --letters 10"),),
    "bench": (nothing("bench append_one --facts 1000 --runs 1"),),
    "witness": (nothing("witness --state {folder} --name witness.example/w1 --key"),),
    "db start": (nothing("db start", code=REFUSES_ANOTHERS_SERVER),),
    "db stop": (nothing("db stop", code=REFUSES_ANOTHERS_SERVER),),
    "db url": (nothing("db url"),),
}


OWN_DATA = ("nemkonto show {anna} --reader {anna}",)
"""What its subject is answered, on the basis that GDPR art. 15(1) is."""


def commands() -> Iterator[str]:
    """Every command that can be called, with its group's name before it."""
    for name in COMMANDS:
        group: Mapping[str, Any] | None = getattr(loaded(name), "commands", None)
        yield from [name] if group is None else [f"{name} {below}" for below in group]


def test_every_command_has_its_place_and_every_place_its_command() -> None:
    assert set(PLACES) == set(commands())
    strayed = [call.words for name, calls in PLACES.items() for call in calls if not call.words.startswith(name)]
    assert strayed == []
    assert [name for name, calls in PLACES.items() if not calls] == []


def without_basis(terminal: Terminal) -> dict[str, str]:
    """The settings of a reader who names no legal basis."""
    return {"DATABASE_URL": terminal.url, "RIGSBOG_HOME": str(terminal.home)}


@dataclass
class Walk:
    """A terminal at which every kind of act has happened, and the names that the calls may use."""

    terminal: Terminal
    names: dict[str, str]

    def call(self, call: Call) -> Said:
        """Run it; how it ends is part of the claim."""
        words = [word.format(**self.names) for word in shlex.split(call.words)]
        stdin = self.names[call.stdin[1:-1]] if call.stdin.startswith("{") else call.stdin
        interrupts = signal.getsignal(signal.SIGINT)
        try:
            said = self.terminal.run(*words, stdin=stdin)
        finally:
            signal.signal(signal.SIGINT, interrupts)
        if "--open" in words or words[:2] == ["paper", "print"]:
            del self.terminal.heard[-2:]  # A reader with access sees the name.
        assert said.code == call.code, (words, said)
        return said

    def refused_without_basis(self, call: Call) -> None:
        """Nothing is answered to a reader who names no legal basis."""
        with self.terminal.monkeypatch.context() as patch:
            patch.setattr(Terminal, "environment", property(without_basis))
            said = self.call(replace(call, code=exits.USAGE))
        assert said.out == "", call.words
        assert "--basis" in said.err, call.words

    def everything(self, *, but_seal: bool = False) -> dict[str, tuple[Any, ...] | None]:
        """Each table of the database, as how many rows it has and what they hold."""
        with psycopg.connect(self.terminal.url) as connection:
            tables = connection.execute(
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                " where schemaname not in ('pg_catalog', 'information_schema') order by 1"
            ).fetchall()
            return {
                table: connection.execute(
                    f"select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {table} t"
                ).fetchone()
                for (table,) in tables
                if not (but_seal and table.startswith("seal."))
            }


@pytest.fixture(scope="module")
def walk(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder: Path = tmp_path_factory.mktemp("letters")
    anna, bo, firm, carl, other = terminal.register(person(1), person(2), company(), person(4), company("90000004"))
    today = datetime.now(COPENHAGEN).date().isoformat()
    names = {"anna": anna, "bo": bo, "carl": carl, "firm": firm, "other": other, "today": today}
    names |= letter_names(terminal, folder)
    names |= account_names(terminal, {"firm": firm, "anna": anna, "carl": carl, "other": other}, today, folder / "form")
    names |= paper_names(terminal, folder, firm)
    names |= {"payment": compensation_payment(terminal, bo, firm)}
    names |= {"correction": corrected_death(terminal, bo, today), "mandate": mandate(terminal, carl, anna)}
    terminal.ok("run", "--once")
    dead, long_dead = terminal.register(person(6), person(7))
    for who, day in ((dead, today), (long_dead, "2015-01-01")):
        terminal.ok("citizen", "died", who, "--on", day)
    (out,) = terminal.ok("outage", "record", "--client", "app", "--from", FROM, *BY_OPERATOR, "--json").lines
    names |= {"dead": dead, "outage": out["outage"], "sealed": str(terminal.head())}
    names |= {name: str(folder / name) for name in ("file", "folder", "exported", "audited")}
    names |= {"fresh_key": str(create_key_file(folder / "fresh-key"))}
    names |= {"number": cpr(1), "account": "5001 1234567890", "another": json.dumps(person(3))}
    names |= {"address": '{"street": "Bøgevej 7", "postal_code": "5000", "city": "Odense C"}'}
    yield Walk(terminal, names)
    remove_server(terminal.home / "demo")


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
def test_a_command_changes_nothing_or_answers_on_record_or_leaves_its_facts(walk: Walk, name: str) -> None:
    for call in PLACES[name]:
        if call.before:
            with psycopg.connect(walk.terminal.url) as owner:
                owner.execute(call.before)
        if call.about and "--basis" not in call.words and call.words not in OWN_DATA:
            walk.refused_without_basis(call)
        before, facts, head = walk.everything(but_seal=call.seals), walk.terminal.facts(), walk.terminal.head()
        said = walk.call(call)
        answered = disclosed(walk.terminal.url, head)
        recorded = set(map(uuid_of, answered)) if call.about else concerned(walk.terminal.url, head)
        assert unrecorded(walk.terminal.url, said.out, recorded) == set(), call.words
        if call.about:
            assert walk.names[call.about] in answered, call.words
        if call.facts:
            left = {fact for fact, count in walk.terminal.facts().items() if count > facts.get(fact, 0)}
            assert set(call.facts) <= left, call.words
        else:
            assert walk.everything(but_seal=call.seals) == before, call.words
