"""Backups of a terminal's database and home, and witnesses that its ledger asks."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.embedded import EmbeddedServer
from adapters.seal.witness.cosigning import Cosigning
from adapters.seal.writer.signing import FileSigner
from bin.cli import exits
from tests.adapters.seal.scenes import a_witness, served
from tests.adapters.seal.sealing_scene import FIRST
from tests.bin.terminal import Terminal

NEW_LOG = FileSigner("log.example.dk/ledger-2", bytes(range(7, 39)))
"""The name and key of a log that begins after FIRST's."""


def sign_by(terminal: Terminal, signer: FileSigner) -> None:
    """Let the settings name this log and its key."""
    key_file = terminal.home.parent / f"{signer.key.id.hex()}.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(base64.b64encode(signer.seed))
    terminal.monkeypatch.setenv("RIGSBOG_ORIGIN", signer.name)
    terminal.monkeypatch.setenv("RIGSBOG_SEAL_KEY_FILE", str(key_file))


@dataclass
class Backup:
    """A copy of a database, and of the home folder of the same moment."""

    server: EmbeddedServer
    terminal: Terminal
    database: str
    home: Path

    def restore(self, *, with_home: bool) -> None:
        """Let the terminal work on the copy; `with_home`, its home folder is as it was then, too."""
        self.terminal.url = self.server.url(self.database)
        if with_home:
            shutil.rmtree(self.terminal.home)
            shutil.copytree(self.home, self.terminal.home)


@contextmanager
def backup(terminal: Terminal, server: EmbeddedServer) -> Iterator[Backup]:
    """A copy of the terminal's database and home as they are now."""
    name = conninfo_to_dict(terminal.url)["dbname"]
    copied = Backup(server, terminal, f"copy_of_{name}", terminal.home.parent / "copied")
    shutil.copytree(terminal.home, copied.home)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {copied.database} template {name}")
        yield copied
        connection.execute(f"drop database {copied.database} with (force)")


@contextmanager
def witnessed(
    terminal: Terminal, *names: str, quorum: str = "all", logs: tuple[FileSigner, ...] = (FIRST, NEW_LOG)
) -> Iterator[list[Cosigning]]:
    """Witnesses that serve and that the policy names; each remembers what it cosigned the last time that it served."""
    folder = terminal.home.parent
    with ExitStack() as stack:
        witnesses = [a_witness(folder / name, f"witness.example/{name}", logs) for name in names]
        urls = [stack.enter_context(served(witness)) for witness in witnesses]
        write_policy(terminal, dict(zip(names, urls, strict=True)), quorum)
        yield witnesses


def write_policy(terminal: Terminal, urls: dict[str, str], quorum: str = "all") -> None:
    """A policy of the witnesses of these names, and where each is asked."""
    lines = [f"witness {name} {vkey(terminal, name)} {url}" for name, url in urls.items()]
    policy = terminal.home.parent / "policy"
    policy.write_text("\n".join([*lines, f"group them {quorum} {' '.join(urls)}", "quorum them\n"]))
    terminal.monkeypatch.setenv("RIGSBOG_WITNESS_POLICY", str(policy))


def vkey(terminal: Terminal, name: str) -> str:
    """The key of the witness of that name."""
    witness = a_witness(terminal.home.parent / name, f"witness.example/{name}", (FIRST,))
    return str(witness._signer.key)


def checkpoints(terminal: Terminal) -> list[int]:
    """The sizes of all checkpoints that were ever signed and stored."""
    with psycopg.connect(terminal.url) as connection:
        return [size for (size,) in connection.execute("select size from seal.checkpoint order by size").fetchall()]


def published(terminal: Terminal) -> int:
    """How many records are published."""
    return int(terminal.run("seal", "status", "--json").lines[0]["published"])


def home_check(terminal: Terminal, command: str) -> dict[str, object]:
    """What `verify` or `doctor` says of the checkpoint that the home remembers; its exit code must agree."""
    said = terminal.run(*(("verify", "ledger") if command == "verify" else ("doctor",)), "--json")
    (document,) = said.lines
    checks = document["checks" if command == "verify" else "findings"]
    assert (said.code == exits.OK) == all(check["ok"] for check in checks)
    (check,) = [check for check in checks if check["name"] == "published checkpoint"]
    return dict(check)
