"""A proxy before a PostgreSQL server's socket that cuts connections at chosen moments, as bad networks do."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK_BYTES = 1 << 16
STARTUP = 0
"""The first byte of a connection's first packet; every later message begins with a letter."""
TERMINATE = ord("X")


class Cut(Enum):
    """The moment of the cut."""

    BEFORE_REQUEST = "the request never reaches the server"
    AFTER_REQUEST = "the request reaches the server, and the connection breaks while it works"
    BEFORE_REPLY = "the server has done the work, and its reply is lost"


class CuttingProxy:
    """Forwards everything until a cut is asked for; it cuts once."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = conninfo_to_dict(url)
        self.url = make_conninfo(url, host=str(folder))
        self.cuts = 0
        self._server = f"{parts['host']}/.s.PGSQL.{parts['port']}"
        self._lock = threading.Lock()
        self._left, self._cut = 0, Cut.BEFORE_REQUEST
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(f"{folder}/.s.PGSQL.{parts['port']}")
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, cut: Cut, at_request: int) -> None:
        """Cut at the so manieth request from now."""
        with self._lock:
            self._left, self._cut = at_request, cut

    def spare(self) -> None:
        """Cut nothing more."""
        self.cut(Cut.BEFORE_REQUEST, 0)

    def close(self) -> None:
        """Accept no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                doomed = threading.Event()
                threading.Thread(target=self._requests, args=(client, server, doomed), daemon=True).start()
                threading.Thread(target=self._replies, args=(server, client, doomed), daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while chunk := client.recv(CHUNK_BYTES):
                cut = self._falls_due(chunk)
                if cut is Cut.BEFORE_REQUEST:
                    break
                if cut is Cut.BEFORE_REPLY:
                    doomed.set()
                server.sendall(chunk)
                if cut is Cut.AFTER_REQUEST:
                    break
        _hang_up(client, server)

    def _replies(self, server: socket.socket, client: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while chunk := server.recv(CHUNK_BYTES):
                if doomed.is_set():
                    break
                client.sendall(chunk)
        _hang_up(client, server)

    def _falls_due(self, chunk: bytes) -> Cut | None:
        with self._lock:
            if chunk[0] in (STARTUP, TERMINATE) or self._left == 0:
                return None
            self._left -= 1
            if self._left:
                return None
            self.cuts += 1
            return self._cut


@contextmanager
def cutting_proxy(url: str) -> Iterator[CuttingProxy]:
    """A proxy before the server of a URL that names a socket folder."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cut-")))
        proxy = CuttingProxy(url, folder)
        stack.callback(proxy.close)
        yield proxy


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
