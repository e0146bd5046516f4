"""Time stamps of a local openssl authority are taken, stored and verified, by us and by openssl itself."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.witness.time_stamps import NoTimeStamp, asked, roots_at
from tests.bin.terminal import Terminal, person
from tests.bin.verifier.stranger import VALID, seal, verdict
from tests.checkers.tsa import Authority, an_authority, openssl
from tests.conftest import fresh_database

pytestmark = pytest.mark.checkers
NOTE = "a signed note\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority and its root."""
    return an_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def terminal(
    postgres_server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """A terminal with an empty ledger."""
    with fresh_database(postgres_server, template_database) as url:
        yield Terminal(url, tmp_path / "home", monkeypatch)


def verified_by_openssl(folder: Path, size: int, root: Path) -> bool:
    """What the documented command says."""
    words = ["-in", folder / f"{size}-1.tsr", "-data", folder / f"{size}.checkpoint", "-CAfile", root]
    command = ["openssl", "ts", "-verify", *map(str, words)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ran.returncode == 0 and "Verification: OK" in ran.stdout + ran.stderr


def test_openssl_verifies_the_stamps_of_a_checkpoint(terminal: Terminal, authority: Authority, tmp_path: Path) -> None:
    terminal.register(person(1))
    root = ("--root", str(authority.root))
    with authority.served() as url:
        assert terminal.run("seal", "stamp", "--tsa", url, *root).code == 75
        (sealed,) = terminal.ok("seal", "once", "--json").lines
        (said,) = terminal.ok("seal", "stamp", "--tsa", url, *root, "--json").lines
        assert (said["stamped"]["size"], said["stamped"]["authority"]) == (sealed["published"], url)
        assert terminal.ok("seal", "stamp", "--tsa", url, *root, "--json").lines == [{"stamped": None}]
    away = terminal.run("seal", "stamp", "--tsa", url + "s", *root)
    assert (away.code, "the connection was refused" in away.err) == (69, True)
    terminal.register(person(2))
    terminal.ok("seal", "once")

    (document,) = terminal.ok("seal", "stamps", *root, "--out", str(tmp_path), "--json").lines
    assert [(one["size"], one["fault"]) for one in document["stamps"]] == [(sealed["published"], None)]
    assert verified_by_openssl(tmp_path, sealed["published"], authority.root)
    (tmp_path / f"{sealed['published']}.checkpoint").write_text("another\n")
    assert not verified_by_openssl(tmp_path, sealed["published"], authority.root)


def test_a_token_or_a_checkpoint_that_was_altered_is_found(terminal: Terminal, authority: Authority) -> None:
    terminal.register(person(1))
    terminal.ok("seal", "once")
    with authority.served() as url:
        terminal.ok("seal", "stamp", "--tsa", url, "--root", str(authority.root))
    for table, alteration in (
        ("checkpoint", "set note = replace(note, E'\\n— ', E'\\n\\n— ')"),
        ("time_stamp", "set token = overlay(token placing '\\x00' from length(token) / 2 for 1)"),
        ("time_stamp", "set token = ''"),
        ("time_stamp", "set stamped_at = stamped_at - interval '1 second'"),
    ):
        with psycopg.connect(terminal.url) as owner:
            owner.execute(f"alter table seal.{table} disable trigger user")
            owner.execute(f"create table public.kept as table seal.{table}")
            owner.execute(f"update seal.{table} {alteration}")
        said = terminal.run("seal", "stamps", "--root", str(authority.root), "--json")
        assert said.code == 1, alteration
        assert re.match("the token (does not hold|says)", said.lines[0]["stamps"][0]["fault"])
        with psycopg.connect(terminal.url) as owner:
            back = {"checkpoint": "note = k.note", "time_stamp": "token = k.token, stamped_at = k.stamped_at"}[table]
            owner.execute(f"update seal.{table} t set {back} from public.kept k where k.size = t.size")
            owner.execute("drop table public.kept")
        terminal.ok("seal", "stamps", "--root", str(authority.root))


def test_only_an_authority_of_the_trusted_root_for_time_stamps_and_with_a_right_clock_counts(
    authority: Authority, tmp_path: Path
) -> None:
    now, roots = datetime.now(UTC), roots_at(authority.root)
    with authority.served() as url:
        token, at = asked(url, NOTE, roots, now)
        assert token
        assert abs(at - now) < timedelta(minutes=1)
        with pytest.raises(NoTimeStamp, match="its clock says"):
            asked(url, NOTE, roots, now - timedelta(hours=2))
        with pytest.raises(NoTimeStamp, match="verifying certificates"):
            asked(url, NOTE, roots_at(an_authority(tmp_path / "two").root), now)


def test_a_bundle_carries_the_stamp_on_its_checkpoint_and_what_was_stamped(
    terminal: Terminal, authority: Authority, tmp_path: Path
) -> None:
    (anna,) = terminal.register(person(1))
    key, known = seal(terminal), terminal.head()
    with authority.served() as url:
        terminal.ok("seal", "stamp", "--tsa", url, "--root", str(authority.root))
    terminal.register(person(2))
    seal(terminal)
    terminal.ok("bundle", anna, "--known", str(known), "--out", str(tmp_path / "anna.zip"))
    with zipfile.ZipFile(tmp_path / "anna.zip") as archive:
        archive.extractall(tmp_path)
    said = verdict(tmp_path / "anna.zip", key)
    digests = set(re.findall(r"-digest ([0-9a-f]{64})", said.out))
    words = ["-in", tmp_path / "time-stamps" / "1.tsr", "-CAfile", authority.root]

    assert said.code == VALID
    assert len(digests) == 1
    assert "Verification: OK" in openssl("ts", "-verify", "-digest", digests.pop(), *words)
    assert "Verification: OK" in openssl("ts", "-verify", "-data", tmp_path / "time-stamps" / "1.checkpoint", *words)
