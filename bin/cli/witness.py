"""`rigsbog witness`: cosigns the checkpoints of other authorities' ledgers, and refuses forks and rollbacks."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from adapters.logs import logger
from adapters.seal.formats.note import Key, Kind, NotAKey
from adapters.seal.witness.cosigning import Cosigning, begin_memory, held
from adapters.seal.witness.key import KEY_FILE, WitnessKey
from adapters.seal.witness.server import WitnessServer
from adapters.settings import load_settings
from bin.application.errors import BadInput
from bin.cli import output
from bin.daemon.systemd_notify import Notifier, notifier

PORT = 8_741
PORT_MAX = 65_535


def witness(
    *,
    state: Annotated[Path, typer.Option("--state", help="The witness's own folder: its key, and what it cosigned.")],
    log: Annotated[
        list[str] | None,
        typer.Option("--log", metavar="VKEY", help="A log to cosign; again for each further log or key."),
    ] = None,
    listen: Annotated[str, typer.Option("--listen", metavar="HOST:PORT")] = f"127.0.0.1:{PORT}",
    name: Annotated[
        str | None, typer.Option("--name", help="The new witness's name, such as witness.example/w1.")
    ] = None,
    key: Annotated[bool, typer.Option("--key", help="Print the witness's vkey for others' policies, and end.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --key: print one JSON document.")] = False,
) -> None:
    """A new witness is made by --name: `rigsbog witness --state DIR --name witness.example/w1 --key` prints the
    vkey that others put into their policy as `witness NAME VKEY http://HOST:PORT`. It answers POST /add-checkpoint,
    and what it cosigned is on its disk before it answers. Runs until SIGTERM or SIGINT. Where others reach it, put
    TLS before it.

    Never copy the folder to run it twice, nor restore it from a backup: a witness that forgets takes a new key.

    Exit 65: an option cannot be read. Exit 70: its memory is gone. Exit 75: it runs already. Exit 78: it has no key.
    """
    with held(state):
        own = _own_key(state, name)
        if key:
            vkey = str(own.key)
            output.print_json({"name": own.name, "vkey": vkey}) if json else output.print_line(vkey)
        else:
            _serve(state, own, log or [], _address(listen))


def _own_key(state: Path, name: str | None) -> WitnessKey:
    """The key in the folder; made with the empty memory of a new witness when it has a name for it."""
    if name is None or (state / KEY_FILE).exists():
        own = WitnessKey.at(state)
        if name not in (None, own.name):
            raise BadInput(f"The witness in {state} is {own.name}: a new one needs a new folder.")
        return own
    begin_memory(state)
    try:
        return WitnessKey.made(state, name)
    except NotAKey as error:
        raise BadInput(f"--name: {error}.") from error


def _serve(state: Path, own: WitnessKey, vkeys: list[str], address: tuple[str, int]) -> None:
    try:
        logs = [Key.read(vkey) for vkey in vkeys]
    except NotAKey as error:
        raise BadInput(f"--log: {error}.") from error
    if not logs or any(log.kind is not Kind.LOG for log in logs):
        raise BadInput("Name with --log the vkey of each log to cosign; `rigsbog seal key` prints a ledger's.")
    cosigning = Cosigning(state, own, logs)
    try:
        server = WitnessServer(address, cosigning, logger().info)
    except OSError as error:
        raise BadInput(f"--listen: cannot listen on {address[0]}:{address[1]} ({error.strerror}).") from error
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    serving = threading.Thread(target=server.serve, daemon=True)
    serving.start()
    host, port = server.address
    supervisor = notifier(load_settings())
    supervisor.ready()
    logger().info("witness_listens", witness=own.name, host=host, port=port, logs=[log.name for log in logs])
    _wait(stopping, supervisor)
    supervisor.stopping()
    server.stop()
    serving.join()
    logger().info("stopping")


def _wait(stopping: threading.Event, supervisor: Notifier) -> None:
    """Wait for a signal; in short waits, for a signal's handler runs only between two of them."""
    while not stopping.wait(min(1.0, supervisor.interval_seconds or 1.0)):
        supervisor.alive()


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and int(port) <= PORT_MAX):
        raise BadInput("--listen is written HOST:PORT, such as 127.0.0.1:8741.")
    return host.removeprefix("[").removesuffix("]"), int(port)
