"""Tells the supervisor (systemd) how the process stands, by the protocol of sd_notify(3)."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

READY = "READY=1"
WATCHDOG = "WATCHDOG=1"
STOPPING = "STOPPING=1"


def tell(state: str) -> None:
    """Send a state to the socket named by NOTIFY_SOCKET; without one nobody is listening and nothing is sent."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"  # A name in Linux's abstract namespace.
    # A supervisor that is gone is no reason to stop working.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.connect(address)
        line.sendall(state.encode())
