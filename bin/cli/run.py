"""`rigsbog run`: the background process."""

from __future__ import annotations

from typing import Annotated

import typer

from bin.cli.start import open_application
from bin.daemon.run import Daemon, stop_on_signal
from bin.daemon.systemd_notify import notifier


def run(
    *,
    once: Annotated[bool, typer.Option("--once", help="Do everything that is to be done by now, and end.")] = False,
    standby: Annotated[
        bool, typer.Option("--standby", help="Wait while another one runs, and take its place.")
    ] = False,
) -> None:
    """Runs until SIGTERM or SIGINT, and stops within seconds. After a crash it continues where it was and does nothing
    twice. Under systemd use Type=notify with WatchdogSec. Exit code 75 if another one runs. Logs are lines on standard
    error, JSON when that is no terminal.

    At its start, and before each signature, it compares the last sealed records with the seal, and all others in slow
    rounds (RIGSBOG_RECORD_CHECK_RATE, RIGSBOG_RECORD_CHECK_PAUSE_SECONDS). When a record differs, it stops with exit
    code 70: see `rigsbog seal status`. With --once no such round is made; `rigsbog verify` compares all records.
    """
    with open_application() as application, stop_on_signal() as stopping:
        daemon = Daemon(application, stopping, notifier(application.settings), standby=standby)
        if once:
            daemon.run_once()
        else:
            daemon.serve()
