"""The tool `rigsbog seal`: what it tells, what it gives away, and when it says no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from adapters.keys.key_file import made_at
from adapters.seal.formats.checkpoint import opened
from adapters.seal.formats.note import Key
from adapters.seal.formats.tiles import Place, bundle_path, entries_in, node_of, path, tiles_of
from adapters.seal.formats.tree import check_inclusion, inclusion_path, leaf_hash, root
from tests.adapters.seal.scenes import running
from tests.bin.daemon.test_run import daemon, until
from tests.bin.terminal import Desk, person


@pytest.fixture
def desk(few_people: Desk) -> Desk:
    """A desk of each test's own."""
    return few_people


def tampered(desk: Desk, statement: str) -> None:
    """Change what nobody may change."""
    with psycopg.connect(desk.url) as connection:
        connection.execute("alter table ledger.record disable trigger refuse_change")
        connection.execute(statement)
        connection.execute("alter table ledger.record enable always trigger refuse_change")


FLIP = "update ledger.record set actor = 'system:other' where position = 2"


def test_an_unsealed_ledger_says_so(desk: Desk) -> None:
    (told,) = desk.ok("seal", "status", "--json").lines
    assert (told["log"], told["size"], told["published"], told["halt"]) == (None, 0, 0, None)
    assert told["age_seconds"] > 0
    said = desk.run("seal", "key")
    assert (said.code, said.err) == (
        75,
        "rigsbog: No sealed record stands there yet: run `rigsbog seal once`, or wait for `rigsbog run`.\n",
    )


def test_it_seals_everything_and_tells_by_which_key(desk: Desk) -> None:
    (sealed,) = desk.ok("seal", "once", "--json").lines
    (told,) = desk.ok("seal", "status", "--json").lines
    (keys,) = desk.ok("seal", "key", "--json").lines

    assert sealed == {"size": desk.head(), "published": desk.head()}
    assert (told["size"], told["published"], told["age_seconds"]) == (desk.head(), desk.head(), 0)
    assert keys["origin"] == f"rigsbog.local/{keys['log']}"
    assert [(one["adopted_at_position"], one["replaces"]) for one in keys["keys"]] == [(desk.head(), None)]
    (status,) = desk.run("status", "--json").lines
    assert status["seal"]["published"] == desk.head()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """A plain web server over a folder; its port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    with running(server):
        yield server.server_port


def test_any_web_server_serves_the_export_and_a_client_checks_it_by_the_key_alone(desk: Desk) -> None:
    desk.register(*(person(serial) for serial in range(10, 160)), options=("--no-reactions",))
    desk.ok("seal", "once")
    (keys,) = desk.ok("seal", "key", "--json").lines
    folder = desk.home / "public"
    desk.ok("seal", "export", str(folder))
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
        assert checkpoint.size == desk.head() > 256
        assert root(checkpoint.size, node) == checkpoint.root
        for index in range(-(-checkpoint.size // 256)):
            width = Place(0, index).width(checkpoint.size)
            for nth, entry in enumerate(entries_in(get(bundle_path(index, width))), index * 256):
                leaf, way = leaf_hash(entry), inclusion_path(nth, checkpoint.size, node)
                check_inclusion(nth, checkpoint.size, leaf, way, checkpoint.root)


def test_a_backlog_and_an_export_tell_how_far_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.seal.writer.sealer.STEP_RECORDS_MAX", 5)
    monkeypatch.setattr("adapters.seal.writer.sealer.ROUND_SECONDS_MAX", 0)
    sealed = desk.ok("seal", "once", "--json")
    (first, *_) = (json.loads(line) for line in sealed.err.splitlines())
    assert (first["register"], first["did"]) == ("ledger", "sealed")
    assert 0 < first["position"] < first["total"] <= desk.head()
    assert len(sealed.lines) == 1

    exported = desk.ok("seal", "export", str(desk.home / "www"), "--json")
    (told,) = (json.loads(line) for line in exported.err.splitlines())
    assert (told["did"], told["position"], told["total"]) == ("exported", desk.head(), desk.head())
    assert desk.ok("seal", "once", "--json").err == ""


def test_an_export_writes_what_is_new_and_refuses_another_logs_folder(desk: Desk) -> None:
    folder = desk.home / "public"
    desk.ok("seal", "once")
    exports = [desk.ok("seal", "export", str(folder), "--json").lines[0]["files"] for _ in range(2)]
    assert exports == [3, 0]
    checkpoint = (folder / "checkpoint").read_text()
    desk.register(person(9), options=("--no-reactions",))
    desk.ok("seal", "once")
    desk.ok("seal", "export", str(folder), "--since", "3")
    assert (folder / "checkpoint").read_text() != checkpoint

    (folder / "checkpoint").write_text(checkpoint.replace("rigsbog.local", "other.local"))
    assert desk.run("seal", "export", str(folder)).code == 65


def test_a_rotated_key_is_refused_until_the_new_one_is_given(desk: Desk) -> None:
    desk.ok("seal", "once")
    fresh = made_at(desk.home / "fresh")
    desk.ok("seal", "rotate", "--key-file", str(fresh))
    desk.register(person(9), options=("--no-reactions",))
    said = desk.run("seal", "once")
    assert said.code == 78
    assert "which is not the one at hand" in said.err

    desk.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(fresh))
    desk.ok("seal", "once")
    assert desk.run("seal", "rotate", "--key-file", str(desk.home / "seal" / "key")).code == 3


def test_a_lost_key_is_replaced_without_its_signature(desk: Desk) -> None:
    desk.ok("seal", "once")
    (desk.home / "seal" / "key").unlink()
    fresh = made_at(desk.home / "fresh")
    assert desk.run("seal", "rotate", "--key-file", str(fresh)).code == 78
    desk.ok("seal", "rotate", "--key-file", str(fresh), "--old-key-lost")

    desk.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(fresh))
    desk.ok("seal", "once")
    assert desk.facts()["SealingKeyRetired"] == 1


@pytest.mark.parametrize("words", [(), ("--command", "true"), ("--key-file", "a", "--command", "b")])
def test_a_rotation_needs_one_new_key(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run("seal", "rotate", *words).code == 2


def test_a_limit_is_a_fact_first_and_then_holds(desk: Desk) -> None:
    desk.ok("seal", "once")
    for age, seconds in (("4h", 14_400), ("90s", 90), ("off", None)):
        desk.ok("seal", "limit", age)
        (told,) = desk.run("seal", "status", "--json").lines
        assert told["age_seconds_max"] == seconds
    assert desk.facts()["SealAgeLimitSet"] == 3
    assert desk.run("seal", "limit", "soon").code == 2


def test_no_limit_reaches_back_to_before_the_days_that_the_database_knows(desk: Desk) -> None:
    desk.ok("seal", "once")
    said = desk.run("seal", "limit", "999999999d")
    assert (said.code, "an age is at most 3,650d" in said.err) == (2, True)
    desk.ok("seal", "limit", "3650d")
    desk.ok("seal", "limit", "off")


def test_a_reason_never_holds_what_could_be_a_cpr_number(desk: Desk) -> None:
    desk.ok("seal", "once")
    tampered(desk, FLIP)
    assert desk.run("seal", "once").code == 70
    said = desk.run("seal", "acknowledge", "--reason", "610190-1234 asked for it")
    assert (said.code, "could be a CPR number" in said.err) == (3, True)
    assert "SealHaltAcknowledged" not in desk.facts()


def test_past_the_limit_a_tool_says_what_to_do(desk: Desk) -> None:
    desk.ok("seal", "once")
    desk.ok("seal", "limit", "1s")
    until(lambda: desk.run("seal", "status").code == 1)
    told = desk.run("status")
    assert (told.code, "start `rigsbog run`" in told.out) == (1, True)
    said = desk.run(
        "register", "-", "--no-reactions", stdin='{"kind": "company", "number": "99999993", "name": {"name": "P"}}'
    )
    assert said.code == 75
    assert "start `rigsbog run`" in said.err

    desk.ok("seal", "once")
    desk.register(person(9), options=("--no-reactions",))


def test_in_production_the_first_sealing_sets_four_hours(desk: Desk) -> None:
    desk.monkeypatch.setenv("RIGSBOG_ENV", "production")
    desk.monkeypatch.setenv("RIGSBOG_KEK_FILE", str(desk.home / "kek"))
    assert desk.run("seal", "once").code == 78
    desk.monkeypatch.setenv("RIGSBOG_ORIGIN", "log.example.dk/ledger")
    assert desk.run("seal", "once").code == 78
    desk.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(made_at(desk.home / "seal-key")))
    desk.ok("seal", "once")

    (told,) = desk.ok("seal", "status", "--json").lines
    assert (told["origin"], told["age_seconds_max"]) == ("log.example.dk/ledger", 14_400)
    assert desk.facts()["SealAgeLimitSet"] == 1


def test_a_halt_is_told_everywhere_and_acknowledged_by_a_fact(desk: Desk) -> None:
    desk.ok("seal", "once")
    tampered(desk, FLIP)
    said = desk.run("seal", "once")
    assert said.code == 70
    assert "position 2 is not what was sealed there" in said.err
    told = desk.run("seal", "status")
    assert (told.code, "Name what differs by `rigsbog verify ledger`" in told.err) == (1, True)
    status = desk.run("status")
    assert status.code == 1
    assert "Sealing has halted" in status.out
    assert desk.run("doctor").code == 1

    assert desk.run("seal", "acknowledge", "--reason", "a test").code == 70
    tampered(desk, FLIP.replace("system:other", "system:rigsbog register"))
    with psycopg.connect(desk.url) as connection:
        (actor,) = connection.execute("select actor from ledger.record where position = 1").fetchall()[0]
    tampered(desk, FLIP.replace("system:other", actor))
    (told,) = desk.ok("seal", "acknowledge", "--reason", "a test again", "--json").lines
    assert told["published"] == desk.head()
    assert desk.facts()["SealHaltAcknowledged"] == 2
    assert desk.run("seal", "acknowledge", "--reason", "a test").code == 2


def test_run_seals_what_is_recorded_within_a_moment(desk: Desk) -> None:
    with daemon(desk):
        until(lambda: desk.run("seal", "status", "--json").lines[0]["published"] >= 5)
        desk.register(person(9), options=("--no-reactions",))
        until(lambda: desk.run("seal", "status", "--json").lines[0]["age_seconds"] == 0)


@pytest.mark.parametrize("options", [(), ("--once",)])
def test_run_ends_before_anything_follows_from_a_ledger_that_is_not_what_was_sealed(
    desk: Desk, options: tuple[str, ...]
) -> None:
    desk.ok("seal", "once")
    tampered(desk, FLIP)
    with daemon(desk, *options) as process:
        assert process.wait(30) == 70
    assert "MailRegistered" not in desk.facts()
    assert "position 2 is not what was sealed there" in desk.heard[-1]


def test_run_ends_when_what_was_sealed_is_changed_under_it(desk: Desk) -> None:
    with daemon(desk) as process:
        until(lambda: desk.run("seal", "status", "--json").lines[0]["published"] >= 5)
        tampered(desk, FLIP)
        desk.register(person(9), options=("--no-reactions",))
        assert process.wait(30) == 70
