"""A witness's server answers in HTTP as tlog-witness says, never 500, and no caller can make it hang."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.seal.witness.server import CONNECTIONS_MAX, WitnessServer
from tests.adapters.seal.scenes import HONEST, LOG, a_witness, served, serving
from tests.adapters.seal.witness.test_witnessing import cosigned_note

pytestmark = pytest.mark.slow

REQUEST_SECONDS = 0.5


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A witness that has cosigned nothing and cuts slow callers off soon."""
    with served(a_witness(tmp_path_factory.mktemp("witness")), REQUEST_SECONDS) as url:
        yield url


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def raw(url: str, content: bytes, *, end: bool = True) -> bytes:
    """All that comes back for the bytes, until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port_of(url)), 10) as line:
        try:
            line.sendall(content)
            if end:
                line.shutdown(socket.SHUT_WR)
            answer = b""
            while more := line.recv(65_536):
                answer += more
        except (ConnectionResetError, BrokenPipeError):
            return answer if "answer" in locals() else b""
        return answer


def posted(body: bytes, *headers: str) -> bytes:
    lines = ["POST /add-checkpoint HTTP/1.1", "Host: w", *headers]
    if not headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_one_line_serves_one_request_after_another(tmp_path: Path) -> None:
    with served(a_witness(tmp_path)) as url:
        line = HTTPConnection("127.0.0.1", port_of(url), timeout=10)
        line.connect()
        own = line.sock.getsockname()
        for earlier, later, status in ((0, 3, 200), (3, 9, 200), (3, 12, 409), (9, 600, 200)):
            line.request("POST", "/add-checkpoint", HONEST.request(earlier, later))
            answer = line.getresponse()
            body = answer.read()
            assert (answer.status, answer.version) == (status, 11)
            assert line.sock.getsockname() == own
            if status == 409:
                assert (answer.headers["Content-Type"], body) == ("text/x.tlog.size", b"9\n")
        line.close()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"GET /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 405),
        (b"HEAD / HTTP/1.1\r\nHost: w\r\n\r\n", 405),
        (b"BREW /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\n\r\n", 404),
        (posted(b"x", "X: y"), 411),
        (posted(b"1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), 411),
        (posted(b"x", "Content-Length: 1", "Transfer-Encoding: chunked"), 411),
        (posted(b"x", "Content-Length: 1", "Content-Length: 2"), 400),
        (posted(b"x", "Content-Length: -1"), 400),
        (posted(b"x", "Content-Length: 1_0"), 400),
        (posted(b"x", "Content-Length: 99999999999999"), 400),
        (posted(b"", "Content-Length: 131073"), 413),
        (posted(b"half", "Content-Length: 9"), 400),
        (posted(b"nothing of the kind"), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"POST /add-checkpoint HTTP/3.0\r\n\r\n", 505),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: w\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_what_is_no_request_is_refused_and_the_line_ends(url: str, content: bytes, status: int) -> None:
    answer = raw(url, content)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("content", [b"", b"POST /add-ch", posted(b"half", "Content-Length: 9")])
def test_a_caller_that_falls_silent_is_hung_up_on(url: str, content: bytes) -> None:
    begun = time.monotonic()
    answer = raw(url, content, end=False)

    assert not answer
    assert REQUEST_SECONDS * 0.9 <= time.monotonic() - begun < REQUEST_SECONDS + 5


def test_a_caller_that_drips_is_hung_up_on(url: str) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port_of(url)), 10) as line:
        line.sendall(b"POST /add-checkpoint HTTP/1.1\r\n")
        try:
            while time.monotonic() - begun < 10:
                line.sendall(b"a: b\r\n"[:1])
                time.sleep(0.02)
        except OSError:
            pass

    assert time.monotonic() - begun < REQUEST_SECONDS + 5


def test_nothing_is_remembered_of_a_caller_that_was_hung_up_on(tmp_path: Path) -> None:
    server = WitnessServer(("127.0.0.1", 0), a_witness(tmp_path), lambda *_, **__: None, REQUEST_SECONDS)
    with serving(server):
        url = f"http://127.0.0.1:{server.address[1]}"
        for _ in range(3):
            assert raw(url, posted(b"cut short", "Content-Length: 100"), end=False) == b""
        assert raw(url, posted(HONEST.request(0, 3))).startswith(b"HTTP/1.1 200 ")
        assert server._answering == set()


def test_callers_beyond_the_limit_are_disconnected_and_the_limit_recovers(tmp_path: Path) -> None:
    with served(a_witness(tmp_path), 2.5) as url:
        idle = [socket.create_connection(("127.0.0.1", port_of(url)), 10) for _ in range(CONNECTIONS_MAX)]
        begun = time.monotonic()
        assert raw(url, posted(HONEST.request(0, 3))) == b""
        assert time.monotonic() - begun < 2
        assert all(line.recv(1) == b"" for line in idle)
        assert raw(url, posted(HONEST.request(0, 3))).startswith(b"HTTP/1.1 200 ")
        for line in idle:
            line.close()


def test_a_witness_that_cannot_write_cosigns_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = a_witness(tmp_path)
    cosigned_note(witness, HONEST, 0, 3)

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    with served(witness) as url:
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            answer = raw(url, posted(HONEST.request(3, 9)))
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert "—".encode() not in answer
        assert witness.last(LOG.name).size == 3
        assert raw(url, posted(HONEST.request(3, 9))).startswith(b"HTTP/1.1 200 ")


def test_many_callers_at_once_are_all_answered_and_one_of_each_size_wins(tmp_path: Path) -> None:
    statuses: list[bytes] = []
    begin = threading.Barrier(16)

    def call(url: str) -> None:
        begin.wait()
        statuses.append(raw(url, posted(HONEST.request(0, 9)))[9:12])

    with served(a_witness(tmp_path)) as url:
        callers = [threading.Thread(target=call, args=(url,)) for _ in range(16)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()

    assert sorted(statuses) == [b"200"] + [b"409"] * 15


PIECES = [
    posted(HONEST.request(0, 3)),
    posted(b"old 0\n"),
    b"POST /add-checkpoint HTTP/1.1\r\n",
    b"Content-Length: 3\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"\r\n\r\n",
    b"old 0\n\n",
    b"\x00\xff",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=6))
def test_the_server_answers_any_bytes_without_500_and_never_hangs(url: str, parts: list[bytes]) -> None:
    begun = time.monotonic()
    answer = raw(url, b"".join(parts))

    assert b"HTTP/1.1 500" not in answer
    assert time.monotonic() - begun < REQUEST_SECONDS + 5
