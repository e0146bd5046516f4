"""Logs that grow and fork, and witnesses that serve, for the tests of witnessing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Note, Signature, Signer
from adapters.seal.formats.tiles import Growing, node_of
from adapters.seal.formats.tree import consistency_path, root
from adapters.seal.witness.client import Witnesses
from adapters.seal.witness.cosigning import Cosigning, begin_memory
from adapters.seal.witness.key import WitnessKey
from adapters.seal.witness.policy import WitnessPolicy
from adapters.seal.witness.server import WitnessServer
from adapters.seal.witness.submission import request
from tests.adapters.seal.formats.test_note import TestKey

LOG = TestKey("rigsbog.example/log")
OTHER_LOG = TestKey("rigsbog.example/other", 7)
SIZE_LONGEST = 600


class NumberedLog:
    """A log of numbered leaves; from leaf `forked_at` on its leaves are others."""

    def __init__(self, signer: TestKey = LOG, forked_at: int | None = None, size: int = SIZE_LONGEST) -> None:
        self.signer = signer
        tree = Growing()
        for number in range(size):
            forked = forked_at is not None and number >= forked_at
            tree.add(f"{number}{'!' if forked else ''}".encode())
        self.node = node_of(tree.take_changed().__getitem__)

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.signer.name, size, root(size, self.node))

    def note(self, size: int) -> Note:
        return self.checkpoint(size).signed(self.signer)

    def path(self, earlier: int, later: int) -> list[bytes]:
        return consistency_path(earlier, later, self.node) if 0 < earlier <= later else []

    def request(self, earlier: int, later: int) -> bytes:
        return request(earlier, self.path(earlier, later), self.note(later))


HONEST = NumberedLog()


def a_witness(folder: Path, name: str = "witness.example/w1", logs: Sequence[Signer] = (LOG, OTHER_LOG)) -> Cosigning:
    """A witness in the folder, which is made when it is new."""
    folder.mkdir(exist_ok=True)
    if not (folder / "key").exists():
        begin_memory(folder)
        WitnessKey.made(folder, name)
    return Cosigning(folder, WitnessKey.at(folder), [log.key for log in logs])


@contextmanager
def served(witness: Cosigning, request_seconds_max: float = 5.0) -> Iterator[str]:
    """The witness at a URL."""
    server = WitnessServer(("127.0.0.1", 0), witness, lambda *_, **__: None, request_seconds_max)
    with serving(server):
        yield f"http://127.0.0.1:{server.address[1]}"


@contextmanager
def serving(server: WitnessServer) -> Iterator[None]:
    """Let the witness's server serve."""
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()


@contextmanager
def running(server: Any) -> Iterator[None]:
    """Let a server of the standard library serve."""
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


@contextmanager
def answering(answer: Callable[[bytes], tuple[int, str, bytes]], takes: str | None = None) -> Iterator[str]:
    """A host that answers each post of the type that it takes with a status, a content type and a body; its URL."""

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert takes in (None, self.headers["Content-Type"])
            status, content_type, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"


def ask(witnesses: Witnesses, log: NumberedLog, size: int) -> list[Signature]:
    """Have the checkpoint of that size cosigned."""
    return witnesses(log.checkpoint(size), log.note(size), lambda earlier: log.path(earlier, size))


def policy_of(quorum: str, **witnesses: tuple[Any, str | None]) -> WitnessPolicy:
    """A policy of these witnesses, by name their key and URL, as one group `all-of-them`."""
    lines = [f"witness {name} {key} {url or ''}" for name, (key, url) in witnesses.items()]
    lines.append(f"group them {quorum} {' '.join(witnesses)}")
    return WitnessPolicy.read(("\n".join([*lines, "quorum them"]) + "\n").encode())
