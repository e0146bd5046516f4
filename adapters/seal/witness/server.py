"""Serves a witness by HTTP (C2SP tlog-witness): one path, small requests, bounded time, bounded connections."""

from __future__ import annotations

import io
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from adapters.seal.witness.cosigning import Cosigning, Reply
from adapters.seal.witness.submission import BODY_BYTES_MAX, PATH, TEXT

REQUEST_SECONDS_MAX = 20.0
"""From the end of one request to the end of the next: idle, dripping or slow, the line is hung up on then."""
ANSWER_SECONDS_MAX = 5.0
CONNECTIONS_MAX = 64
LENGTH = re.compile(r"[0-9]{1,9}")
Report = Callable[..., None]
"""Takes a name of what happened, and what belongs to it."""


class _Timely(io.RawIOBase):
    """Reads a socket until a time, whatever drips in."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.deadline = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request was not whole in time")
        self._line.settimeout(left)
        return self._line.recv_into(buffer)


class WitnessServer(ThreadingHTTPServer):
    """The server; a thread a connection, and no more connections than it can bear."""

    daemon_threads = True
    request_queue_size = CONNECTIONS_MAX

    def __init__(
        self,
        address: tuple[str, int],
        witness: Cosigning,
        report: Report,
        request_seconds_max: float = REQUEST_SECONDS_MAX,
    ) -> None:
        """Listen; raises OSError."""
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.witness, self.report, self.request_seconds_max = witness, report, request_seconds_max
        self._room = threading.Semaphore(CONNECTIONS_MAX)
        super().__init__(address, _Asked)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection, or hang up when there are too many."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken line is the other's affair; a mistake of ours is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def server_bind(self) -> None:
        """Bind, without asking a name server who we are."""
        if self.allow_reuse_address:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Asked(BaseHTTPRequestHandler):
    """One connection."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "rigsbog-witness", ""
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._timely = _Timely(self.connection)
        self.rfile.close()
        self.rfile = io.BufferedReader(self._timely)

    def handle_one_request(self) -> None:
        self._timely.deadline = time.monotonic() + self.server.request_seconds_max
        super().handle_one_request()

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path != PATH:
            self._answer(Reply(HTTPStatus.NOT_FOUND, f"there is nothing but {PATH}\n"))
            return
        try:
            reply = self.server.witness.add_checkpoint(body)
        except OSError as error:
            self.server.report("witness_cannot_remember", error=type(error).__name__, number=error.errno)
            reply = Reply(HTTPStatus.SERVICE_UNAVAILABLE, "the witness cannot write its memory\n")
        self._answer(reply)

    def do_GET(self) -> None:
        self.close_connection = True
        self._answer(Reply(HTTPStatus.METHOD_NOT_ALLOWED, f"POST a checkpoint to {PATH}\n"))

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 - the library calls them so

    def _body(self) -> bytes | None:
        """The body; None when it was refused, and then the line ends, for what follows is not a request."""
        length = self.headers.get_all("Content-Length") or []
        refusal = None
        if "Transfer-Encoding" in self.headers or not length:
            refusal = Reply(HTTPStatus.LENGTH_REQUIRED, "a request tells its Content-Length\n")
        elif len(length) > 1 or not LENGTH.fullmatch(length[0]):
            refusal = Reply(HTTPStatus.BAD_REQUEST, "the Content-Length is no number\n")
        elif int(length[0]) > BODY_BYTES_MAX:
            refusal = Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request is at most {BODY_BYTES_MAX} bytes\n")
        if refusal is None:
            body = self.rfile.read(int(length[0]))
            if len(body) == int(length[0]):
                return body
            refusal = Reply(HTTPStatus.BAD_REQUEST, "the body is cut short\n")
        self.close_connection = True
        self._answer(refusal)
        return None

    def _answer(self, reply: Reply) -> None:
        content = reply.body.encode()
        self.connection.settimeout(ANSWER_SECONDS_MAX)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        if reply.fork:
            self.server.report("witness_saw_fork", note=reply.fork)
        elif reply.status != HTTPStatus.OK:
            self.server.report("witness_refused", status=int(reply.status))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses by itself, in the same plain form."""
        self.close_connection = True
        self.request_version = self.protocol_version  # else a line that is no HTTP at all is answered without a status
        self._answer(Reply(HTTPStatus(code), f"{message or HTTPStatus(code).phrase}\n", TEXT))

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing here: what happened is reported once, by `_answer`."""
