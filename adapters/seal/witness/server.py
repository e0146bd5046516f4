"""Serves a witness by HTTP (C2SP tlog-witness): one path, small requests, bounded time, bounded connections.

h11 reads and writes the protocol. A web framework would leave the limits of time, size and connections to us anyway.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from http import HTTPStatus

import h11

from adapters.seal.witness.cosigning import Cosigning, Reply
from adapters.seal.witness.submission import BODY_BYTES_MAX, PATH

REQUEST_SECONDS_MAX = 20.0
"""From the end of one answer to the end of the next: an idle, dripping or slow connection is closed then."""
ANSWER_SECONDS_MAX = 5
CONNECTIONS_MAX = 64
HEADERS_MAX = 100
HEADER_BYTES_MAX = 16 * 2**10
PART_BYTES = HEADER_BYTES_MAX // 2
"""Read at a time, because h11 checks the length of a header only while it is incomplete."""
VERSIONS = {b"1.0", b"1.1"}
LENGTH_DIGITS_MAX = 9
REFUSED_METHODS = {b"GET", b"HEAD", b"PUT", b"DELETE"}
Report = Callable[..., None]
"""Takes the name of an event and its values."""


class WitnessServer:
    """The server, on a socket of its own; `serve` blocks until another thread calls `stop`."""

    def __init__(
        self,
        address: tuple[str, int],
        witness: Cosigning,
        report: Report,
        request_seconds_max: float = REQUEST_SECONDS_MAX,
    ) -> None:
        """Listen; raises OSError."""
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family, backlog=CONNECTIONS_MAX)
        self._witness, self._report, self._request_seconds_max = witness, report, request_seconds_max
        self._connections = 0
        self._answering: set[asyncio.Task[None]] = set()
        self._stopping = threading.Event()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()[:2]
        return host, port

    def serve(self) -> None:
        """Answer until `stop` is called; requests under way are answered."""
        with self._socket:
            asyncio.run(self._serve())

    def stop(self) -> None:
        self._stopping.set()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._socket)
        await asyncio.to_thread(self._stopping.wait)
        server.close()
        if self._answering:
            await asyncio.wait(self._answering, timeout=ANSWER_SECONDS_MAX)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer the requests of one connection, each within the time that it has."""
        task = asyncio.current_task()
        assert task is not None, "a connection is a task"
        self._connections += 1
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_BYTES_MAX)
        stays_open = self._connections <= CONNECTIONS_MAX
        try:
            while stays_open and not self._stopping.is_set():
                async with asyncio.timeout(self._request_seconds_max):
                    stays_open = await self._exchange(task, connection, reader, writer)
        except (TimeoutError, OSError):
            pass
        finally:
            self._connections -= 1
            self._answering.discard(task)
            writer.transport.abort()

    async def _exchange(
        self, task: asyncio.Task[None], connection: h11.Connection, reader: StreamReader, writer: StreamWriter
    ) -> bool:
        """Answer one request; whether another may follow."""
        request: h11.Request | None = None
        try:
            event = await _next_event(connection, reader, writer)
            if not isinstance(event, h11.Request):
                return False
            self._answering.add(task)
            request = event
            reply = _refusal(request)
            refused = reply is not None
            if reply is None:
                body = b""
                while isinstance(part := await _next_event(connection, reader, writer), h11.Data):
                    body += part.data
                reply = await asyncio.to_thread(self._reply, request.target, body)
        except h11.RemoteProtocolError as error:
            reply, refused = Reply(_status(connection, error), f"{error}\n"), True
        try:
            self._report_reply(reply)
            await _send(connection, writer, reply, has_body=request is None or request.method != b"HEAD", last=refused)
        finally:
            self._answering.discard(task)
        if connection.our_state is connection.their_state is h11.DONE:
            connection.start_next_cycle()
            return True
        # Closing at once would reset the connection, and the caller could lose the answer.
        writer.write_eof()
        while await reader.read(PART_BYTES):
            pass
        return False

    def _reply(self, target: bytes, body: bytes) -> Reply:
        if target.partition(b"?")[0] != PATH.encode():
            return Reply(HTTPStatus.NOT_FOUND, f"there is nothing but {PATH}\n")
        try:
            return self._witness.add_checkpoint(body)
        except OSError as error:
            self._report("witness_cannot_remember", error=type(error).__name__, number=error.errno)
            return Reply(HTTPStatus.SERVICE_UNAVAILABLE, "the witness cannot write its memory\n")

    def _report_reply(self, reply: Reply) -> None:
        if reply.fork:
            self._report("witness_saw_fork", note=reply.fork)
        elif reply.status != HTTPStatus.OK:
            self._report("witness_refused", status=int(reply.status))


def _refusal(request: h11.Request) -> Reply | None:
    """The answer to a request whose body is not read."""
    headers = dict(request.headers)
    length = headers.get(b"content-length", b"")
    without_length = b"transfer-encoding" in headers or not length
    only_post = f"POST a checkpoint to {PATH}\n"
    too_large = len(length) <= LENGTH_DIGITS_MAX and int(length or 0) > BODY_BYTES_MAX
    faults = (
        (request.http_version not in VERSIONS, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "use HTTP/1.1\n"),
        (len(request.headers) > HEADERS_MAX, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers\n"),
        (request.method in REFUSED_METHODS, HTTPStatus.METHOD_NOT_ALLOWED, only_post),
        (request.method != b"POST", HTTPStatus.NOT_IMPLEMENTED, only_post),
        (without_length, HTTPStatus.LENGTH_REQUIRED, "a request has a Content-Length\n"),
        (len(length) > LENGTH_DIGITS_MAX, HTTPStatus.BAD_REQUEST, "the Content-Length is no such number\n"),
        (too_large, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {BODY_BYTES_MAX} bytes\n"),
    )
    return next((Reply(status, text) for broken, status, text in faults if broken), None)


async def _next_event(connection: h11.Connection, reader: StreamReader, writer: StreamWriter) -> object:
    while (event := connection.next_event()) is h11.NEED_DATA:
        if connection.they_are_waiting_for_100_continue:
            writer.write(connection.send(h11.InformationalResponse(status_code=HTTPStatus.CONTINUE, headers=[])))
        connection.receive_data(await reader.read(PART_BYTES))
    return event


def _status(connection: h11.Connection, error: h11.RemoteProtocolError) -> HTTPStatus:
    """The answer to what is not HTTP."""
    status = HTTPStatus(error.error_status_hint)
    in_first_line = b"\n" not in connection.trailing_data[0]
    too_long = status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return HTTPStatus.REQUEST_URI_TOO_LONG if too_long and in_first_line else status


async def _send(connection: h11.Connection, writer: StreamWriter, reply: Reply, *, has_body: bool, last: bool) -> None:
    body = reply.body.encode()
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(body)))]
    response = h11.Response(
        status_code=reply.status, headers=headers + [("Connection", "close")] * last, reason=reply.status.phrase
    )
    events = (response, h11.Data(data=body if has_body else b""), h11.EndOfMessage())
    writer.write(b"".join(connection.send(event) or b"" for event in events))
    await writer.drain()
