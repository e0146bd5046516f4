"""A name of a fact or of a kind of subject that somebody changed: every tool runs, names it, and does not hide it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedServer
from bin.cli import exits
from tests.bin.daemon.test_run import PATIENCE_SECONDS, daemon, until
from tests.bin.terminal import AUTHORITY, Said, Terminal, company, cpr, letter, person
from tests.conftest import fresh_database
from tests.forging import forging

pytestmark = pytest.mark.slow

TABLES = ("ledger.fact_name", "ledger.subject_kind")
FILLING_PEOPLE = 60
"""So many that what was recorded before them is not under the last tile of the seal."""
SWAP = "update {table} set name = case name when '{0}' then '{1}' else '{0}' end where name in ('{0}', '{1}')"
UNIQUE = "alter table {table} drop constraint {of}_name_key"


@dataclass(frozen=True)
class Change:
    """A change of a stored name by a superuser, and what `verify` says of it."""

    statement: str
    says: str
    """With the number, and the first position that uses it."""
    at_the_start: bool = True
    """Whether a name that this version needs is gone."""

    def words(self, url: str) -> str:
        with psycopg.connect(url) as connection:
            facts: dict[str, int] = dict(connection.execute("select name, fact from ledger.fact_name").fetchall())
            kinds: dict[str, int] = dict(connection.execute("select name, kind from ledger.subject_kind").fetchall())
            used: dict[str, int] = dict(
                connection.execute(
                    "select name, min(position) from ledger.record join ledger.fact_name using (fact) group by 1"
                    " union all select k.name, min(position) from ledger.record join ledger.subject_kind k using (kind)"
                    " group by 1"
                ).fetchall()
            )
        return self.says.format(number=facts | kinds, first=used)


CHANGES = {
    "a fact renamed": Change(
        "update ledger.fact_name set name = 'CompanyRegisteredX' where name = 'CompanyRegistered'",
        "fact number {number[CompanyRegistered]}, which position {first[CompanyRegistered]} is the first to use, is"
        " called CompanyRegisteredX: the seal calls it CompanyRegistered",
    ),
    "a fact removed": Change(
        "delete from ledger.fact_name where name = 'CompanyRegistered'",
        "fact number {number[CompanyRegistered]}, which position {first[CompanyRegistered]} is the first to use, has no"
        " name: the seal calls it CompanyRegistered",
    ),
    "two facts swapped": Change(
        SWAP.format("CompanyRegistered", "PersonRegistered", table="ledger.fact_name"),
        "fact number {number[CompanyRegistered]}, which position {first[CompanyRegistered]} is the first to use, is"
        " called PersonRegistered: the seal calls it CompanyRegistered",
        at_the_start=False,
    ),
    "a fact added": Change(
        "insert into ledger.fact_name select max(fact) + 7, 'CompanyHonoured' from ledger.fact_name",
        "is called CompanyHonoured: this version does not know it, and no migration on record added it",
        at_the_start=False,
    ),
    "a kind renamed": Change(
        "update ledger.subject_kind set name = 'firm' where name = 'company'",
        "kind of subject number {number[company]}, which position {first[company]} is the first to use, is called firm:"
        " the seal calls it company",
    ),
    "a kind removed": Change(
        "delete from ledger.subject_kind where name = 'company'",
        "kind of subject number {number[company]}, which position {first[company]} is the first to use, has no name:"
        " the seal calls it company",
    ),
    "two kinds swapped": Change(
        SWAP.format("company", "person", table="ledger.subject_kind"),
        "kind of subject number {number[company]}, which position {first[company]} is the first to use, is called"
        " person: the seal calls it company",
        at_the_start=False,
    ),
    "a kind of no fact's own subject renamed": Change(
        "update ledger.subject_kind set name = 'number' where name = 'cvr'",
        "is called number: the seal calls it one of company, cvr",
    ),
    "a kind added": Change(
        "insert into ledger.subject_kind select max(kind) + 7, 'firm' from ledger.subject_kind",
        "is called firm: this version does not know it, and no migration on record added it",
        at_the_start=False,
    ),
}
SEEN = {name: change for name, change in CHANGES.items() if change.at_the_start}
SWAPPED = {name: change for name, change in CHANGES.items() if "swapped" in name}


@pytest.fixture(scope="module")
def sealed(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A company, then many people; all sealed and followed by the registers."""
    terminal.register(company())
    terminal.register(*(person(serial) for serial in range(FILLING_PEOPLE)))
    terminal.submit(letter(tmp_path_factory.mktemp("letters"), cpr(1)))
    terminal.ok("run", "--once")
    assert terminal.ok("verify").code == exits.OK
    return terminal


@contextmanager
def changed(terminal: Terminal, change: Change) -> Iterator[None]:
    """The names while they are changed; at the end they and the seal are as they were."""
    with psycopg.connect(terminal.url) as connection:
        names = {table: connection.execute(f"select * from {table}").fetchall() for table in TABLES}
    try:
        with forging(terminal.url, *TABLES) as owner:
            # A single statement may swap two names: a unique constraint is checked row by row unless deferred.
            owner.execute("alter table ledger.fact_name drop constraint fact_name_name_key")
            owner.execute("alter table ledger.subject_kind drop constraint subject_kind_name_key")
            assert owner.execute(change.statement).rowcount > 0
        yield
    finally:
        with forging(terminal.url, *TABLES, "seal.halt") as owner, owner.cursor() as cursor:
            cursor.execute("delete from seal.halt")
            for table, rows in names.items():
                cursor.execute(f"delete from {table}")
                cursor.executemany(f"insert into {table} values (%s, %s)", rows)
            cursor.execute("alter table ledger.fact_name add constraint fact_name_name_key unique (name)")
            cursor.execute("alter table ledger.subject_kind add constraint subject_kind_name_key unique (name)")


def differing(said: Said, name: str) -> list[str]:
    (check,) = [check for check in said.lines[0]["checks"] if check["name"] == name]
    assert check["ok"] is False
    return list(check["differing"])


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_verify_and_doctor_name_the_number_and_the_first_position_that_uses_it(
    sealed: Terminal, change: Change
) -> None:
    words = change.words(sealed.url)
    with changed(sealed, change):
        said = sealed.run("verify", "--json")
        doctor = sealed.run("doctor", "--json")
    assert said.code == doctor.code == exits.DIFFERENT
    assert [place for place in differing(said, "stored names") if words in place]
    (finding,) = [each for each in doctor.lines[0]["findings"] if each["name"] == "stored names"]
    assert finding["ok"] is False
    assert words in finding["detail"]
    sealed.ok("verify")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_status_and_seal_status_run_and_name_a_name_that_is_gone(sealed: Terminal, change: Change) -> None:
    with changed(sealed, change):
        for words in (("status", "--json"), ("seal", "status", "--json")):
            said = sealed.run(*words)
            assert said.code == (exits.DIFFERENT if change.at_the_start else exits.OK), said
            (document,) = said.lines
            assert bool(document["altered_names"]) is change.at_the_start
        shown = sealed.run("status")
        assert ("Stored names were changed" in shown.out) is change.at_the_start


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_nothing_else_runs_on_names_that_are_gone_and_migrate_does_not_hide_it(
    sealed: Terminal, change: Change, tmp_path: Path
) -> None:
    with psycopg.connect(sealed.url) as connection:
        (anna,) = connection.execute("select 'person:' || subject from vault.number limit 1").fetchone() or ("",)
    before = sealed.head()
    with changed(sealed, change):
        for words in (
            ("migrate",),
            ("run", "--once"),
            ("seal", "once"),
            ("submit", str(letter(tmp_path, cpr(2)))),
            ("as-of", "persons", str(anna)),
            ("rebuild", "persons"),
        ):
            said = sealed.run(*words)
            assert said.code == exits.BROKEN, (words, said)
            assert "Somebody changed the ledger's own tables" in said.err, (words, said)
            assert "number" in said.err
        with psycopg.connect(sealed.url) as connection:
            names = connection.execute(
                "select name from ledger.fact_name union all select name from ledger.subject_kind"
            ).fetchall()
        assert {("CompanyRegistered",), ("company",), ("cvr",)} - set(names), "migrate gave it no other number"
    assert sealed.head() == before


@pytest.mark.parametrize("change", (SEEN | SWAPPED).values(), ids=SEEN | SWAPPED)
def test_a_running_daemon_ends_and_seals_nothing_under_a_changed_name(sealed: Terminal, change: Change) -> None:
    with daemon(sealed) as process:
        (who,) = sealed.register(person(1_000 + sealed.head()), options=("--no-reactions",))
        until(lambda: sealed.facts(who).get("MailRegistered") == 1 and sealed.head() == published(sealed))
        before = published(sealed)
        with changed(sealed, change):
            assert process.wait(PATIENCE_SECONDS) == exits.BROKEN
            assert published(sealed) == before
            halt = sealed.run("seal", "status", "--json").lines[0]["halt"]
    assert "was called" in halt
    assert halt in sealed.heard[-1]
    sealed.ok("run", "--once")


def published(terminal: Terminal) -> int:
    return int(terminal.run("seal", "status", "--json").lines[0]["published"])


@pytest.mark.parametrize("change", SWAPPED.values(), ids=SWAPPED)
def test_a_sealer_that_starts_on_swapped_names_halts_before_it_signs(sealed: Terminal, change: Change) -> None:
    with changed(sealed, change):
        said = sealed.run("seal", "once")
        assert said.code == exits.BROKEN
        assert "the seal calls it" in said.err
        assert sealed.run("seal", "status").code == exits.DIFFERENT
    sealed.ok("seal", "once")


def test_before_it_is_sealed_a_renamed_fact_is_named_too(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(postgres_server, template_database) as url:
        unsealed = Terminal(url, tmp_path, monkeypatch)
        unsealed.register(company())
        with changed(unsealed, CHANGES["a fact renamed"]):
            said = unsealed.run("verify", "--json")
        places = differing(said, "stored names")
    assert [place for place in places if "CompanyRegisteredX: this version does not know it" in place]
    assert "fact CompanyRegistered has no number" in places


def test_an_unused_name_that_is_missing_is_given_a_number_again_on_record(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(postgres_server, template_database) as url:
        older = Terminal(url, tmp_path, monkeypatch)
        older.register(company())
        with forging(url, *TABLES) as owner:
            owner.execute("delete from ledger.fact_name where name = 'OutageEnded'")
            owner.execute("delete from ledger.subject_kind where name = 'outage'")
        for words in ("status", "verify", "seal status", "find"):
            said = older.run(*words.split(), stdin=AUTHORITY)
            assert said.code == exits.CONFIGURATION
            assert "run `rigsbog migrate`" in said.err

        older.ok("migrate")

        assert older.facts()["SchemaMigrated"] == 1
        with psycopg.connect(url) as connection:
            migrated: Any = connection.execute(
                "select payload, actor from ledger.record join ledger.fact_name using (fact)"
                " where name = 'SchemaMigrated'"
            ).fetchone()
        payload, actor = migrated
        assert actor == "operator:unnamed"
        assert (payload["facts_added"], payload["kinds_added"]) == (["OutageEnded"], ["outage"])
        assert payload["from_revision"] == payload["to_revision"]
        older.ok("run", "--once")
        older.ok("verify")
        older.ok("migrate")
        assert older.facts()["SchemaMigrated"] == 1, "a migration that changes nothing leaves nothing"
