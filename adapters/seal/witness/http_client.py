"""One HTTP exchange with a stranger: bounded in time and in what is read, and no redirect is followed."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Self
from urllib.parse import quote, urlsplit

from domain.errors import ErrorKind, RigsbogError

PORTS = {"http": 80, "https": 443}
PATH_SAFE = "/%:@!$&'()*+,;=~"


class NoAnswer(RigsbogError):
    """There was no whole answer in time; the message says why."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes


@dataclass
class Line:
    """A line to one host, kept open between exchanges; for one thread at a time."""

    url: str
    """Where the posts go."""
    seconds_max: float
    """For a whole exchange, from the name's look-up on; a host that drips is cut off too."""
    bytes_max: int
    _open: HTTPConnection | None = field(default=None, init=False)

    def post(self, content: bytes, content_type: str) -> Answer:
        """Send the content and read the answer; raises NoAnswer."""
        deadline = time.monotonic() + self.seconds_max
        kept = self._open is not None
        try:
            try:
                return self._exchange(content, content_type, deadline)
            except (OSError, HTTPException, ValueError):
                self.close()
                # A line that was kept may have been hung up on meanwhile, and that says nothing about the host.
                if not kept or time.monotonic() >= deadline:
                    raise
                return self._exchange(content, content_type, deadline)
        except (OSError, HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(_reason(error, late=time.monotonic() >= deadline)) from error

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _exchange(self, content: bytes, content_type: str, deadline: float) -> Answer:
        parts = urlsplit(self.url)
        with _Cutting(deadline) as cutting:
            if self._open is None:
                self._open = _connected(parts.scheme, parts.hostname or "", parts.port, cutting)
            else:
                cutting.watch(self._open.sock)
            path = quote(parts.path, PATH_SAFE) or "/"
            self._open.request("POST", path, content, {"Content-Type": content_type})
            response = self._open.getresponse()
            answer = self._read(response)
            if time.monotonic() >= deadline:
                raise TimeoutError("cut, which reads like an end")
            if response.will_close:
                self.close()
        return answer

    def _read(self, response: HTTPResponse) -> Answer:
        body = response.read(self.bytes_max + 1)
        if len(body) > self.bytes_max:
            raise HTTPException(f"the answer is longer than {self.bytes_max} bytes")
        return Answer(response.status, response.headers.get_content_type(), body)


def sound_url(word: str) -> str:
    """The URL, if posts can go there; raises ValueError, which says what one is."""
    try:
        parts = urlsplit(word)
        fits = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
        word.encode()
    except ValueError as error:
        raise ValueError("the URL cannot be read") from error
    if not fits or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("a URL is http or https, with a host, and without user, query and fragment")
    return word


class _Cutting:
    """Shuts a socket at a time: a time limit on each read alone would let a host drip for ever."""

    def __init__(self, deadline: float) -> None:
        self._seconds = max(0.001, deadline - time.monotonic())
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(self._seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    @property
    def seconds(self) -> float:
        """How long a single wait may be."""
        return self._seconds

    def watch(self, line: socket.socket) -> None:
        """Cut this one."""
        line.settimeout(self._seconds)
        self._socket = line

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _connected(scheme: str, host: str, port: int | None, cutting: _Cutting) -> HTTPConnection:
    number = port or PORTS[scheme]
    connection = HTTPConnection(host, number, timeout=cutting.seconds)
    line = socket.create_connection((host, number), cutting.seconds)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sock = line
    cutting.watch(line)
    if scheme == "https":
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        secured = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = secured
        cutting.watch(secured)
        secured.do_handshake()
    return connection


def _reason(error: Exception, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, socket.gaierror):
        return "its host is not known"
    if isinstance(error, ssl.SSLError):
        return f"its line is not safe ({error.reason or 'TLS failed'})"
    return f"the line broke ({type(error).__name__})"
