"""`rigsbog run`: seals the ledger, keeps the registers at the head, and does what follows by itself; one at a time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from adapters.ledger.entry import SealTooOld, TooMuchContention
from adapters.logs import logger
from adapters.postgres.notifications import Listener
from bin.application.application import Application
from bin.application.command_handler import StillIndeterminate
from bin.application.operations.sealing import seal_now
from bin.application.reactions.executor import Reacting, reacting
from bin.cli.start import open_application
from bin.daemon import systemd_notify
from bin.daemon.following import Following, bring_up
from bin.daemon.sealing import Sealing
from bin.daemon.worker import DATABASE_AWAY
from domain.errors import ErrorKind, RigsbogError

TURN_SECONDS_MAX = 5.0
"""How long to wait for a process that has the turn in passing, such as `rigsbog register`."""
LOOK_SECONDS = 0.1
WAKE_SECONDS_MAX = 1.0
"""How long to sleep at most: so long a stop, a simulated clock or a lost notice may go unseen."""
ALIVE_SECONDS_MAX = 120.0
"""Without a sign of the follower or the sealer for so long, the supervisor is no longer told that all is well."""
PAUSE_SECONDS = 1.0
JOIN_SECONDS_MAX = 10.0


class Busy(RigsbogError):
    """Another `rigsbog run` has the turn. Stop that one first, or give --standby to wait until it ends."""

    kind = ErrorKind.BUSY


def run(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do everything that is to be done by now, and end.")] = False,
    standby: Annotated[
        bool, typer.Option("--standby", help="Wait while another one runs, and take its place.")
    ] = False,
) -> None:
    """Follow the ledger: seal it, keep the registers up to date, do what follows by itself, release what falls due.

    Runs until SIGTERM or SIGINT, and stops cleanly within seconds; killed at any moment, it takes up where it was and
    does nothing twice. Under systemd use Type=notify with WatchdogSec. Another one running is exit code 75. Logs are
    lines on standard error, JSON when that is no terminal.

    First it looks whether the database still holds what was sealed. If not, now or later, sealing halts and so does all
    of this, exit code 70: see `rigsbog seal status`.
    """
    stopping = threading.Event()
    with open_application() as application, _stops(stopping):
        if once:
            _once(application, stopping, standby=standby)
        else:
            _serve(application, stopping, standby=standby)


def _once(application: Application, stopping: threading.Event, *, standby: bool) -> None:
    seal_now(application)
    with _turn(application, stopping, standby=standby) as ours:
        if ours is not None:
            reacted = ours.run(lambda: not stopping.is_set())
            logger().info("reacted", asked=reacted.asked, refused=reacted.refused)
    with application.database.project.connect() as connection:
        standings = bring_up(connection, lambda: not stopping.is_set())
    for one in standings:
        logger().info("register_stands", register=one.name, state=one.state.value, position=one.position)
    reached = seal_now(application)
    logger().info("sealed", size=reached.size, published=reached.published)


def _serve(application: Application, stopping: threading.Event, *, standby: bool) -> None:
    following, sealing = Following(application, stopping), Sealing(application, stopping)
    while not stopping.is_set():
        try:
            with _turn(application, stopping, standby=standby) as ours:
                if ours is not None:
                    if not following.is_alive():
                        _begin(following, sealing, stopping)
                    _react(application, ours, (following, sealing), stopping)
        except (*DATABASE_AWAY, StillIndeterminate, TooMuchContention, SealTooOld) as error:
            logger().warning("reactions_wait_for_database", error=type(error).__name__)
            stopping.wait(PAUSE_SECONDS)
    systemd_notify.tell(systemd_notify.STOPPING)
    logger().info("stopping")
    for one in (sealing, following):
        if one.is_alive():
            one.join(JOIN_SECONDS_MAX)
        if one.failure is not None:
            raise one.failure


def _begin(following: Following, sealing: Sealing, stopping: threading.Event) -> None:
    """Begin, once it was seen that the ledger is the one that was sealed: nothing may follow from another."""
    if sealing.ident is None:
        sealing.start()
    while not (sealing.looked.wait(LOOK_SECONDS) or stopping.is_set()):
        continue
    if not stopping.is_set():
        following.start()
        systemd_notify.tell(systemd_notify.READY)
        logger().info("running")


def _react(
    application: Application, ours: Reacting, beside: tuple[Following, Sealing], stopping: threading.Event
) -> None:
    """React until told to stop, woken by notices and by the next time that something falls due."""

    def going_on() -> bool:
        if time.monotonic() - min(one.alive_at for one in beside) < ALIVE_SECONDS_MAX:
            systemd_notify.tell(systemd_notify.WATCHDOG)
        return not stopping.is_set()

    with Listener(application.database.append.conninfo) as waking:
        while going_on():
            reacted = ours.run(going_on)
            if reacted.asked:
                logger().info("reacted", asked=reacted.asked, refused=reacted.refused)
            waking.wait(_until_next(application, ours))


def _until_next(application: Application, ours: Reacting) -> float:
    """Seconds to sleep: until something falls due by the ledger's clock, and never long."""
    if ours.next_at is None:
        return WAKE_SECONDS_MAX
    return min(WAKE_SECONDS_MAX, (ours.next_at - application.ledger.now()).total_seconds())


@contextmanager
def _turn(application: Application, stopping: threading.Event, *, standby: bool) -> Iterator[Reacting | None]:
    """Take the turn, waiting a little or, on standby, as long as it takes; None when told to stop meanwhile.

    Raises Busy.
    """
    deadline = time.monotonic() + TURN_SECONDS_MAX
    while not stopping.is_set():
        with reacting(application) as ours:
            if ours is not None:
                yield ours
                return
        if not standby and time.monotonic() > deadline:
            raise Busy
        stopping.wait(LOOK_SECONDS)
    yield None


@contextmanager
def _stops(stopping: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask for a clean stop."""

    def stop(number: int, frame: Any) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
