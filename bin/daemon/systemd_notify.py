"""Reports the state of the process to a supervisor such as systemd, by the protocol of sd_notify(3)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from adapters.settings import Settings

MICROSECONDS_PER_SECOND = 1_000_000


class Notifier:
    """Sends states to the supervisor's socket without ever waiting for the supervisor to read them.

    Without a socket nothing is sent. A watchdog message is dropped when the socket is full; READY is tried again.
    """

    def __init__(
        self, address: str = "", watchdog_seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address  # "@": Linux's abstract namespace.
        self.interval_seconds = None if watchdog_seconds is None else watchdog_seconds / 2
        """The time between two watchdog messages; None if the supervisor expects none."""
        self._clock = clock
        self._ready_unsent = False
        self._next_at = 0.0

    def ready(self) -> None:
        self._ready_unsent = not self._send("READY=1")

    def alive(self) -> None:
        """Send the watchdog message, if half of the supervisor's time limit has passed since the last one."""
        if self._ready_unsent:
            self.ready()
        now = self._clock()
        if self.interval_seconds is not None and now >= self._next_at:
            self._next_at = now + self.interval_seconds
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, state: str) -> bool:
        """Send a datagram; False if the supervisor's queue is full or the supervisor is gone."""
        if not self._address:
            return True
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.connect(self._address)
                line.send(state.encode())
        except OSError:
            return False
        return True


def notifier(settings: Settings) -> Notifier:
    limit = settings.watchdog_microseconds
    return Notifier(settings.notify_socket or "", None if limit is None else limit / MICROSECONDS_PER_SECOND)
