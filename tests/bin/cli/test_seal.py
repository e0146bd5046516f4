"""The tool `rigsbog seal`: what it prints, what it exports, and when it refuses."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from adapters.keys.key_file import create_key_file
from adapters.postgres.database import connect
from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.note import Key
from adapters.seal.formats.tiles import Place, bundle_path, entries_in, node_of, path, tiles_of
from adapters.seal.formats.tree import check_inclusion, inclusion_path, leaf_hash, root
from adapters.seal.writer.export import export
from adapters.seal.writer.store import SealStore
from bin.cli import exits
from domain.subject import THIS_LOG
from tests.adapters.seal.scenes import running
from tests.bin.cli.test_seal_kills import contents
from tests.bin.daemon.test_run import daemon, until
from tests.bin.terminal import AUDITOR, Terminal, person


@pytest.fixture
def terminal(few_people: Terminal) -> Terminal:
    """A terminal with a database of each test's own."""
    return few_people


def tampered(terminal: Terminal, statement: str) -> None:
    """Change records as a superuser."""
    with psycopg.connect(terminal.url) as connection:
        connection.execute("alter table ledger.record disable trigger refuse_change")
        connection.execute(statement)
        connection.execute("alter table ledger.record enable always trigger refuse_change")


FLIP = "update ledger.record set actor = 'system:other' where position = 2"


def test_an_unsealed_ledger_says_so(terminal: Terminal) -> None:
    (document,) = terminal.ok("seal", "status", "--json").lines
    assert (document["log"], document["size"], document["published"], document["halt"]) == (None, 0, 0, None)
    assert document["age_seconds"] > 0
    said = terminal.run("seal", "key")
    assert (said.code, said.err) == (
        75,
        "rigsbog: Nothing is sealed yet: run `rigsbog seal once`, or wait for `rigsbog run`.\n",
    )


def test_it_seals_everything_and_shows_the_key(terminal: Terminal) -> None:
    (sealed,) = terminal.ok("seal", "once", "--json").lines
    (document,) = terminal.ok("seal", "status", "--json").lines
    (keys,) = terminal.ok("seal", "key", "--json").lines

    assert sealed == {"size": terminal.head(), "published": terminal.head()}
    assert (document["size"], document["published"], document["age_seconds"]) == (terminal.head(), terminal.head(), 0)
    assert keys["origin"] == f"rigsbog.local/{keys['log']}"
    assert [(one["adopted_at_position"], one["replaces"]) for one in keys["keys"]] == [(terminal.head(), None)]
    (status,) = terminal.run("status", "--json").lines
    assert status["seal"]["published"] == terminal.head()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """A plain web server over a folder; its port."""

    class Unlogged(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Unlogged, directory=folder))
    with running(server):
        yield server.server_port


def test_any_web_server_serves_the_export_and_a_client_checks_it_by_the_key_alone(terminal: Terminal) -> None:
    terminal.register(*(person(serial) for serial in range(10, 160)), options=("--no-reactions",))
    terminal.ok("seal", "once")
    (keys,) = terminal.ok("seal", "key", "--json").lines
    folder, size = terminal.home / "public", terminal.head()
    terminal.ok("seal", "export", str(folder))
    audited = terminal.home / "audited"
    terminal.ok("seal", "export", str(audited), *AUDITOR)
    with served(folder) as port, closing(HTTPConnection("127.0.0.1", port, timeout=10)) as web:

        def get(name: str) -> bytes:
            web.request("GET", f"/{name}")
            answer = web.getresponse()
            assert answer.status == 200, name
            return answer.read()

        key = Key.read(keys["keys"][0]["vkey"])
        checkpoint, _ = opened(get("checkpoint").decode(), [key], keys["origin"])
        tiles = {place: get(path(place, place.width(checkpoint.size))) for place in tiles_of(checkpoint.size)}
        node = node_of(tiles.__getitem__)
        assert checkpoint.size == size > 256
        assert root(checkpoint.size, node) == checkpoint.root
        for index in range(-(-checkpoint.size // 256)):
            width = Place(0, index).width(checkpoint.size)
            entries = entries_in((audited / bundle_path(index, width)).read_bytes())
            for number, entry in enumerate(entries, index * 256):
                leaf, way = leaf_hash(entry), inclusion_path(number, checkpoint.size, node)
                check_inclusion(number, checkpoint.size, leaf, way, checkpoint.root)


def test_a_published_log_holds_hashes_and_nothing_of_any_record(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    folder = terminal.home / "public"
    terminal.ok("seal", "export", str(folder))

    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {file.name for file in files if file.parent == folder} == {"checkpoint"}
    tiles = [file for file in files if file.parent != folder]
    assert {str(file.relative_to(folder)) for file in tiles} == {f"tile/0/000.p/{terminal.head()}"}
    with connect(terminal.url) as connection:
        hashes = b"".join(leaf_hash(entry) for entry in entries_in(SealStore(connection).bundles(0, 0)[0]))
    assert [file.read_bytes() for file in tiles] == [hashes]


def test_entries_are_exported_for_a_named_auditor_only_and_the_export_is_a_fact(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    folder, size = terminal.home / "audited", terminal.head()

    assert terminal.run("seal", "export", str(folder), "--entries").code == exits.USAGE
    assert terminal.run("seal", "export", str(folder), "--entries", "--authority", "10200300").code == exits.USAGE
    assert (folder.exists(), terminal.head()) == (False, size)

    terminal.ok("seal", "export", str(folder), *AUDITOR)
    (history,) = terminal.ok("history", str(THIS_LOG), "--json").lines
    act = history["records"][-1]
    assert (act["fact"], act["fields"]["size"]) == ("EntriesExported", size)
    assert (act["authority"], act["legal_basis"], act["case"]) == ("34051178", AUDITOR[4], "2026-7")
    (bundle,) = [file for file in (folder / "tile" / "entries").rglob("*") if file.is_file()]
    assert len(entries_in(bundle.read_bytes())) == size
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600


def test_no_more_entries_are_exported_than_were_recorded_though_more_is_published_meanwhile(
    terminal: Terminal,
) -> None:
    terminal.ok("seal", "once")
    folder, recorded = terminal.home / "audited", []

    def record_while_others_publish(size: int) -> None:
        recorded.append(size)
        terminal.register(person(9), options=("--no-reactions",))
        terminal.ok("seal", "once")

    with connect(terminal.url) as connection:
        exported = export(SealStore(connection), folder, record_entries=record_while_others_publish)

    (bundle,) = [file for file in (folder / "tile" / "entries").rglob("*") if file.is_file()]
    assert [exported.size, len(entries_in(bundle.read_bytes()))] == recorded * 2
    assert terminal.head() > exported.size


@pytest.mark.parametrize(("first", "then"), [(AUDITOR, ()), ((), AUDITOR)])
def test_a_folder_is_published_or_an_auditors_and_never_both(
    terminal: Terminal, first: Sequence[str], then: Sequence[str]
) -> None:
    terminal.ok("seal", "once")
    folder = terminal.home / "folder"
    terminal.ok("seal", "export", str(folder), *first)
    before, head = contents(folder), terminal.head()

    assert terminal.run("seal", "export", str(folder), *then).code == exits.BAD_INPUT
    assert (contents(folder), terminal.head()) == (before, head)


def test_a_backlog_and_an_export_show_their_progress(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.seal.writer.sealer.STEP_RECORDS_MAX", 5)
    monkeypatch.setattr("adapters.seal.writer.sealer.ROUND_SECONDS_MAX", 0)
    sealed = terminal.ok("seal", "once", "--json")
    (first, *_) = (json.loads(line) for line in sealed.err.splitlines())
    assert (first["register"], first["did"]) == ("ledger", "sealed")
    assert 0 < first["position"] < first["total"] <= terminal.head()
    assert len(sealed.lines) == 1

    exported = terminal.ok("seal", "export", str(terminal.home / "www"), "--json")
    (document,) = (json.loads(line) for line in exported.err.splitlines())
    assert (document["did"], document["position"], document["total"]) == ("exported", terminal.head(), terminal.head())
    assert terminal.ok("seal", "once", "--json").err == ""


def test_an_export_writes_what_is_new_and_refuses_another_logs_folder(terminal: Terminal) -> None:
    folder = terminal.home / "public"
    terminal.ok("seal", "once")
    exports = [terminal.ok("seal", "export", str(folder), "--json").lines[0]["files"] for _ in range(2)]
    assert exports == [2, 0]
    checkpoint = (folder / "checkpoint").read_text()
    terminal.register(person(9), options=("--no-reactions",))
    terminal.ok("seal", "once")
    terminal.ok("seal", "export", str(folder), "--since", "3")
    assert (folder / "checkpoint").read_text() != checkpoint

    (folder / "checkpoint").write_text(checkpoint.replace("rigsbog.local", "other.local"))
    assert terminal.run("seal", "export", str(folder)).code == 65


def test_a_rotated_key_is_refused_until_the_new_one_is_given(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    fresh = create_key_file(terminal.home / "fresh")
    terminal.ok("seal", "rotate", "--key-file", str(fresh))
    terminal.register(person(9), options=("--no-reactions",))
    said = terminal.run("seal", "once")
    assert said.code == 78
    assert "which is not the one at hand" in said.err

    terminal.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(fresh))
    terminal.ok("seal", "once")
    assert terminal.run("seal", "rotate", "--key-file", str(terminal.home / "seal" / "key")).code == 3


def test_a_lost_key_is_replaced_without_its_signature(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    (terminal.home / "seal" / "key").unlink()
    fresh = create_key_file(terminal.home / "fresh")
    assert terminal.run("seal", "rotate", "--key-file", str(fresh)).code == 78
    terminal.ok("seal", "rotate", "--key-file", str(fresh), "--old-key-lost")

    terminal.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(fresh))
    terminal.ok("seal", "once")
    assert terminal.facts()["SealingKeyRetired"] == 1


@pytest.mark.parametrize("words", [(), ("--command", "true"), ("--key-file", "a", "--command", "b")])
def test_a_rotation_needs_one_new_key(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.run("seal", "rotate", *words).code == 2


def test_a_limit_is_a_fact_first_and_then_holds(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    for age, seconds in (("4h", 14_400), ("90s", 90), ("off", None)):
        terminal.ok("seal", "limit", age)
        (document,) = terminal.run("seal", "status", "--json").lines
        assert document["age_seconds_max"] == seconds
    assert terminal.facts()["SealAgeLimitSet"] == 3
    assert terminal.run("seal", "limit", "soon").code == 2


def test_no_limit_reaches_back_to_before_the_days_that_the_database_knows(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    said = terminal.run("seal", "limit", "999999999d")
    assert (said.code, "an age is at most 3,650d" in said.err) == (2, True)
    terminal.ok("seal", "limit", "3650d")
    terminal.ok("seal", "limit", "off")


def test_a_reason_never_holds_what_could_be_a_cpr_number(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    tampered(terminal, FLIP)
    assert terminal.run("seal", "once").code == 70
    said = terminal.run("seal", "acknowledge", "--reason", "610190-1234 asked for it")
    assert (said.code, "looks like it contains a CPR number" in said.err) == (exits.BAD_INPUT, True)
    assert "SealHaltAcknowledged" not in terminal.facts()


def test_past_the_limit_a_tool_says_what_to_do(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    terminal.ok("seal", "limit", "1s")
    until(lambda: terminal.run("seal", "status").code == 1)
    shown = terminal.run("status")
    assert (shown.code, "start `rigsbog run`" in shown.out) == (1, True)
    said = terminal.run(
        "register", "-", "--no-reactions", stdin='{"kind": "company", "number": "99999993", "name": {"name": "P"}}'
    )
    assert said.code == 75
    assert "start `rigsbog run`" in said.err

    terminal.ok("seal", "once")
    terminal.register(person(9), options=("--no-reactions",))


def test_in_production_the_first_sealing_sets_four_hours(terminal: Terminal) -> None:
    terminal.monkeypatch.setenv("RIGSBOG_ENV", "production")
    terminal.monkeypatch.setenv("RIGSBOG_KEK_FILE", str(terminal.home / "kek"))
    assert terminal.run("seal", "once").code == 78
    terminal.monkeypatch.setenv("RIGSBOG_ORIGIN", "log.example.dk/ledger")
    assert terminal.run("seal", "once").code == 78
    terminal.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(create_key_file(terminal.home / "seal-key")))
    terminal.ok("seal", "once")

    (document,) = terminal.ok("seal", "status", "--json").lines
    assert (document["origin"], document["age_seconds_max"]) == ("log.example.dk/ledger", 14_400)
    assert terminal.facts()["SealAgeLimitSet"] == 1


def test_a_halt_is_reported_by_every_tool_and_acknowledged_by_a_fact(terminal: Terminal) -> None:
    terminal.ok("seal", "once")
    tampered(terminal, FLIP)
    said = terminal.run("seal", "once")
    assert said.code == 70
    assert "position 2 is not what was sealed there" in said.err
    shown = terminal.run("seal", "status")
    assert (shown.code, "Name what differs by `rigsbog verify ledger`" in shown.err) == (1, True)
    status = terminal.run("status")
    assert status.code == 1
    assert "Sealing has halted" in status.out
    assert terminal.run("doctor").code == 1

    assert terminal.run("seal", "acknowledge", "--reason", "a test").code == 70
    tampered(terminal, FLIP.replace("system:other", "system:rigsbog register"))
    with psycopg.connect(terminal.url) as connection:
        (actor,) = connection.execute("select actor from ledger.record where position = 1").fetchall()[0]
    tampered(terminal, FLIP.replace("system:other", actor))
    (document,) = terminal.ok("seal", "acknowledge", "--reason", "a test again", "--json").lines
    assert document["published"] == terminal.head()
    assert terminal.facts()["SealHaltAcknowledged"] == 2
    assert terminal.run("seal", "acknowledge", "--reason", "a test").code == 3


@pytest.mark.slow
def test_run_seals_what_is_recorded_within_a_moment(terminal: Terminal) -> None:
    with daemon(terminal):
        until(lambda: terminal.run("seal", "status", "--json").lines[0]["published"] >= 5)
        terminal.register(person(9), options=("--no-reactions",))
        registered = terminal.head()
        until(lambda: terminal.run("seal", "status", "--json").lines[0]["age_seconds"] == 0)
        assert terminal.run("seal", "status", "--json").lines[0]["published"] >= registered


@pytest.mark.parametrize("options", [pytest.param((), marks=pytest.mark.slow), ("--once",)])
def test_run_ends_before_anything_follows_from_a_ledger_that_is_not_what_was_sealed(
    terminal: Terminal, options: tuple[str, ...]
) -> None:
    terminal.ok("seal", "once")
    tampered(terminal, FLIP)
    with daemon(terminal, *options) as process:
        assert process.wait(30) == 70
    assert "MailRegistered" not in terminal.facts()
    assert "position 2 is not what was sealed there" in terminal.heard[-1]


@pytest.mark.slow
def test_run_ends_when_what_was_sealed_is_changed_under_it(terminal: Terminal) -> None:
    with daemon(terminal) as process:
        until(lambda: terminal.run("seal", "status", "--json").lines[0]["published"] >= 5)
        tampered(terminal, FLIP)
        terminal.register(person(9), options=("--no-reactions",))
        assert process.wait(30) == 70
