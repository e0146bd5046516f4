"""Serves a witness by HTTP (C2SP tlog-witness): one path, small requests, bounded time, bounded connections."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import h11
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.seal.witness.cosigning import Cosigning, Reply
from adapters.seal.witness.submission import BODY_BYTES_MAX, PATH

REQUEST_SECONDS_MAX = 20.0
"""From the end of one answer to the end of the next: an idle, dripping or slow connection is closed then."""
ANSWER_SECONDS_MAX = 5
CONNECTIONS_MAX = 64
HEADERS_MAX = 100
HEADER_BYTES_MAX = 16 * 2**10
PART_BYTES = HEADER_BYTES_MAX // 2
VERSIONS = {"1.0", "1.1"}
LENGTH = re.compile(rb"[0-9]{1,9}")
REFUSED_METHODS = {"GET", "HEAD", "PUT", "DELETE"}
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
        settings = Config(
            WitnessApp(witness, report, request_seconds_max),
            http=WitnessProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=HEADER_BYTES_MAX,
            timeout_graceful_shutdown=ANSWER_SECONDS_MAX,
        )
        self._server = Server(settings)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._socket.getsockname()[:2]
        return host, port

    def serve(self) -> None:
        """Answer until `stop` is called; requests under way are answered."""
        with self._socket:
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        self._server.should_exit = True


class WitnessApp:
    def __init__(self, witness: Cosigning, report: Report, request_seconds_max: float) -> None:
        self._witness, self.report, self.request_seconds_max = witness, report, request_seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refusal = _refusal(request)
        if refusal is not None:
            await self.answer(refusal, {"Connection": "close"})(scope, receive, send)
            return
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        reply = await asyncio.to_thread(self._reply, request.url.path, body)
        await self.answer(reply)(scope, receive, send)

    def _reply(self, path: str, body: bytes) -> Reply:
        if path != PATH:
            return Reply(HTTPStatus.NOT_FOUND, f"there is nothing but {PATH}\n")
        try:
            return self._witness.add_checkpoint(body)
        except OSError as error:
            self.report("witness_cannot_remember", error=type(error).__name__, number=error.errno)
            return Reply(HTTPStatus.SERVICE_UNAVAILABLE, "the witness cannot write its memory\n")

    def answer(self, reply: Reply, headers: dict[str, str] | None = None) -> Response:
        """The reply as an HTTP response; reported unless it is a cosignature."""
        if reply.fork:
            self.report("witness_saw_fork", note=reply.fork)
        elif reply.status != HTTPStatus.OK:
            self.report("witness_refused", status=int(reply.status))
        return Response(reply.body, reply.status, {"Content-Type": reply.content_type, **(headers or {})})


def _refusal(request: Request) -> Reply | None:
    """The answer to a request whose body is not read."""
    lengths = [value for name, value in request.scope["headers"] if name == b"content-length"]
    length = int(lengths[0]) if lengths and LENGTH.fullmatch(lengths[0]) else None
    without_length = "transfer-encoding" in request.headers or not lengths
    only_post = f"POST a checkpoint to {PATH}\n"
    faults = (
        (request.scope["http_version"] not in VERSIONS, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "use HTTP/1.1\n"),
        (len(request.scope["headers"]) > HEADERS_MAX, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers\n"),
        (request.method in REFUSED_METHODS, HTTPStatus.METHOD_NOT_ALLOWED, only_post),
        (request.method != "POST", HTTPStatus.NOT_IMPLEMENTED, only_post),
        (without_length, HTTPStatus.LENGTH_REQUIRED, "a request has a Content-Length\n"),
        (length is None, HTTPStatus.BAD_REQUEST, "the Content-Length is not a number\n"),
        ((length or 0) > BODY_BYTES_MAX, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {BODY_BYTES_MAX} bytes\n"),
    )
    return next((Reply(status, text) for broken, status, text in faults if broken), None)


class _HalfClosing:
    """A transport that closes only after the client has: a reset would lose the last answer."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.ended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        if not self.ended and not self._transport.is_closing():
            self.ended = True
            self._transport.write_eof()
            self._transport.resume_reading()

    def is_closing(self) -> bool:
        return self.ended or self._transport.is_closing()


class WitnessProtocol(H11Protocol):
    """One connection: uvicorn's, with a deadline for each request and a bound on connections."""

    _deadline: asyncio.TimerHandle | None = None
    _caller_ended = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._raw, self._application = transport, cast(WitnessApp, self.config.app)
        self._half_closing = _HalfClosing(transport)
        super().connection_made(cast(asyncio.Transport, self._half_closing))
        if len(self.connections) > CONNECTIONS_MAX:
            transport.abort()
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # In small parts, because h11 checks the length of a header only while it is incomplete.
        for begin in range(0, len(data), PART_BYTES):
            if not self._half_closing.ended:
                super().data_received(data[begin : begin + PART_BYTES])

    def eof_received(self) -> bool:  # type: ignore[override]
        """True while an answer is still to be sent."""
        self._caller_ended = True
        state = self.conn.our_state
        if self._half_closing.ended or state not in {h11.SEND_RESPONSE, h11.SEND_BODY}:
            return False
        if state is h11.SEND_RESPONSE and self.conn.their_state is h11.SEND_BODY:
            self._refuse(HTTPStatus.BAD_REQUEST, "the body is cut short")
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            self._raw.close()
        return True

    def on_response_complete(self) -> None:
        self._set_deadline()
        super().on_response_complete()
        if self._caller_ended and self.cycle.response_complete:
            self._raw.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; called where h11's error is handled."""
        error = sys.exc_info()[1]
        status = HTTPStatus(getattr(error, "error_status_hint", HTTPStatus.BAD_REQUEST))
        if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE and b"\n" not in self.conn.trailing_data[0]:
            status = HTTPStatus.REQUEST_URI_TOO_LONG
        self._refuse(status, msg)

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        body = f"{reason}\n".encode()
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            for event in (
                h11.Response(
                    status_code=status, headers=[*headers, ("content-length", str(len(body)))], reason=status.phrase
                ),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self._raw.write(self.conn.send(event))
            self._application.report("witness_refused", status=int(status))
        self.transport.close()

    def _set_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(self._application.request_seconds_max, self._raw.abort)
