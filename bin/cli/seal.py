"""`rigsbog seal`: seals the ledger, says how it is sealed and by which keys, and exports the sealed log as files."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.seal.writer.consistency import Comparison
from adapters.seal.writer.frontier import SealMismatch
from adapters.seal.writer.lag import Lag, lag
from adapters.seal.writer.signing import command_signer, file_signer
from adapters.seal.writer.store import SealStore
from bin.application.evidence.verifier import verifier_sha256
from bin.application.operations.later_log import begin_log
from bin.application.operations.publication import export_entries, export_hashes
from bin.application.operations.rotation import rotated
from bin.application.operations.seal_acknowledgement import acknowledged, compare_home
from bin.application.operations.sealing import seal_now, sealed_log, set_limit
from bin.cli import exits, output, stamp
from bin.cli.arguments import read_checkpoint
from bin.cli.options import Authority, Basis, Case, Json, reader
from bin.cli.progress import counting, reporting
from bin.cli.start import open_application

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command("stamp")(stamp.stamp)
app.command("stamps")(stamp.stamps)

AGE = re.compile(r"([1-9][0-9]{0,8})(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
AGE_SECONDS_MAX = 3_650 * SECONDS["d"]
KeyFile = Annotated[Path | None, typer.Option("--key-file", help="The new key: a file with mode 0600.")]
Command = Annotated[str | None, typer.Option("--command", help="The new key's signing command (with --public-key).")]
PublicKey = Annotated[str | None, typer.Option("--public-key", help="The vkey of that command.")]
Lost = Annotated[bool, typer.Option("--old-key-lost", help="The old key cannot sign any more: the new one goes alone.")]
Since = Annotated[int, typer.Option(min=0, help="Do not even look for files that were complete at this size.")]
Entries = Annotated[bool, typer.Option("--entries", help="Write the entries too; needs --authority and --basis.")]
After = Annotated[Path, typer.Option(metavar="FILE", help="The published checkpoint that the database cannot reach.")]
Reason = Annotated[
    str, typer.Option(help="Why it halted, in a few words; no personal data, for it is stored unencrypted.")
]


@app.command()
def once(*, json: Json = False) -> None:
    """Seal what is unsealed now, publish it, and end; `rigsbog run` does the same all the time.

    Exit 70: sealing has halted, for what was sealed and what is stored differ. Exit 75: another process
    seals, or too few witnesses cosigned. Exit 78: the key is missing, or is not the one that the ledger names.
    """
    with open_application() as application, reporting(as_json=json, event="seal_step") as report:
        reached = seal_now(application, counting(report, "sealed", lag(application.database.append).size))
    if json:
        output.print_json({"size": reached.size, "published": reached.published})
    else:
        output.print_notice(f"{reached.size:,} records are sealed, and {reached.published:,} published.")


@app.command()
def status(*, json: Json = False) -> None:
    """Show how far the ledger is sealed and published, how old the oldest unpublished record is, and any halt.

    Also for which witnesses sealing waits, and whether the database holds what this home published. Exit 1 when sealing
    has halted, when nothing more is recorded until it is sealed, when the database holds something else, or when a
    stored name was changed.
    """
    with open_application(only_looks=True) as application:
        altered = application.altered_names()
        log, seal = SealStore(application.database.append).log(), lag(application.database.append)
        home = compare_home(application)
    form = {"log": log and log.log, "origin": log and log.origin, **lag_form(seal, home), "altered_names": altered}
    if json:
        output.print_json(form)
    else:
        output.print_blocks("The seal", [form])
        if seal.halt is not None:
            output.print_notice(
                "Nothing more is sealed. Name what differs by `rigsbog verify ledger`, bring the right database back,"
                " and say so by `rigsbog seal acknowledge --reason TEXT`."
            )
        elif seal.too_old:
            output.print_notice(
                "Nothing more is recorded until it is sealed: start `rigsbog run`, or run `rigsbog seal once`."
            )
    if altered:
        output.print_notice("Stored names were changed: `rigsbog verify` says what the seal calls them.")
    if seal.halt is not None or seal.too_old or altered or isinstance(home.error, SealMismatch):
        raise typer.Exit(exits.DIFFERENT)


@app.command()
def key(*, json: Json = False) -> None:
    """Print the log's public keys as vkeys, oldest first, with the positions of the facts that adopt and retire them.

    The keys of a log that ended come before those of the log that began after it; a vkey begins with its log's name.
    To verify a proof, trust one of these keys; get it from the authority itself. The authority publishes with them
    the SHA-256 of `verify_receipt.py`, which is printed too: by it a reader knows the copy in a bundle.
    Exit 75: nothing is sealed yet.
    """
    with open_application() as application:
        store, log = sealed_log(application)
        keys = [
            {
                "vkey": str(adopted.key),
                "adopted_at_position": adopted.position,
                "replaces": adopted.replaces,
                "retired_at_position": adopted.retired_at,
            }
            for each in store.logs()
            for adopted in store.adopted(each)
        ]
    if json:
        output.print_json({"log": log.log, "origin": log.origin, "keys": keys, "verifier_sha256": verifier_sha256()})
    else:
        output.print_blocks(f"The keys of {log.origin}", keys)
        output.print_line(f"SHA-256 of verify_receipt.py: {verifier_sha256()}")


@app.command()
def rotate(
    *,
    key_file: KeyFile = None,
    command: Command = None,
    public_key: PublicKey = None,
    old_key_lost: Lost = False,
    json: Json = False,
) -> None:
    """Replace the key that signs; the old key is the one that the settings name now.

    The ledger records that the new key is adopted. The next checkpoint is signed by both keys, so that a reader who
    trusts the old one can follow. Then the old key retires; what it signed stays valid. After a kill at any moment, the
    same call continues. Afterwards give the new key by RIGSBOG_SEAL_KEY_FILE, and start `rigsbog run` again.
    Exit 69: the signing command failed. Exit 70: sealing has halted. Exit 78: a key cannot be read.
    """
    if (key_file is None) == (command is None) or (command is None) != (public_key is None):
        raise typer.BadParameter("give the new key by --key-file, or by --command and --public-key")
    with open_application() as application:
        _, log = sealed_log(application)
        new = (
            file_signer(key_file, log.origin)
            if key_file
            else command_signer(command or "", public_key or "", log.origin)
        )
        size = rotated(application, log, new, old_key_lost=old_key_lost)
    if json:
        output.print_json({"vkey": str(new.key), "size": size})
    else:
        output.print_line(str(new.key))
        names = "RIGSBOG_SEAL_KEY_FILE" if key_file else "RIGSBOG_SEAL_COMMAND and RIGSBOG_SEAL_PUBLIC_KEY"
        output.print_notice(f"It signs from now on, and {size:,} records are sealed: set {names} to it.")


@app.command()
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that a web server serves, or an auditor's.")
    ],
    *,
    entries: Entries = False,
    authority: Authority = None,
    basis: Basis = None,
    case: Case = None,
    since: Since = 0,
    json: Json = False,
) -> None:
    """Write the published log as files (C2SP tlog-tiles): checkpoint and tile/L/N, which hold only hashes.

    With --entries also tile/entries/N, for the auditor that --authority names: the open part of every record, which
    says who wrote to whom. Never let a web server serve them. The export is recorded before it is done.

    Only what is new is written, each file whole or not at all, and the checkpoint last, so a web server may serve the
    folder all the while. What is in it already is compared with the log. Killed at any moment, the same call resumes.
    Exit 65: DIR holds what this log did not publish, or entries where none are wanted. Exit 70: a file of an earlier
    export was changed; it is named, and stays as it is. Exit 73: DIR cannot be written. Exit 75: nothing is published.
    """
    with open_application() as application, reporting(as_json=json, event="export_step") as report:
        auditor = reader(application, authority=authority, basis=basis, case=case).reading if entries else None
        if entries and (authority is None or auditor is None):
            raise typer.BadParameter("--entries needs --authority and --basis: every reading is recorded")
        progress = counting(report, "exported")
        if auditor is None:
            exported = export_hashes(application, folder, since, progress)
        else:
            exported = export_entries(application, folder, auditor, since, progress)
    if json:
        output.print_json({"size": exported.size, "files": exported.files})
    else:
        covered = "records" if entries else "records' hashes"
        output.print_notice(f"{exported.size:,} {covered} are in {folder}; {exported.files:,} files are new.")


@app.command()
def limit(
    age: Annotated[str, typer.Argument(metavar="AGE", help="Such as 4h, 30m or 90s; or `off`.")], *, json: Json = False
) -> None:
    """Let nothing more be recorded while the oldest record that no published checkpoint covers is older than AGE.

    In production a new log begins with 4h, X-Road's figure; elsewhere there is no limit. Needs the owner's role.
    """
    age_max = _age(age)
    with open_application() as application:
        _, log = sealed_log(application)
        set_limit(application, log, age_max)
    seconds = None if age_max is None else int(age_max.total_seconds())
    if json:
        output.print_json({"age_seconds_max": seconds})
    else:
        output.print_notice(
            "The seal may lag without limit." if seconds is None else f"The seal may lag {age}, no longer."
        )


@app.command()
def begin(*, after: After, reason: Reason, json: Json = False) -> None:
    """Begin a new log, because newest records that were published are lost and cannot be brought back.

    FILE is the published checkpoint that the database no longer reaches, such as RIGSBOG_HOME/seal/LOG/checkpoint, or
    that of an export. First set RIGSBOG_ORIGIN and RIGSBOG_SEAL_KEY_FILE to a name and a key that no log had, and give
    the witnesses the new key. The new log signs all records that are left; what the earlier log signed stays valid
    under its key. The fact says which checkpoint of the earlier log is the last that is left. Killed at any moment, the
    same call continues. Exit 3: nothing is lost, or the name or key is not new. Exit 65: FILE is no checkpoint of this
    ledger.
    """
    with open_application() as application:
        begun = begin_log(application, read_checkpoint(after), reason)
    reached = begun.reached
    if json:
        log = {"log": begun.log.log, "origin": begun.log.origin, "begins_at_position": begun.log.begins}
        output.print_json({**log, "after": begun.after.origin, "size": reached.size, "published": reached.published})
    else:
        output.print_notice(
            f"{begun.log.begins}  LogBegun: {begun.log.origin} signs from here on in the place of "
            f"{begun.after.origin}. {reached.size:,} records are sealed, and {reached.published:,} published."
        )


@app.command()
def acknowledge(*, reason: Reason, json: Json = False) -> None:
    """Acknowledge that sealing halted, or that this home remembers nothing of what was published, and give the reason.

    Then sealing is tried again. It repairs nothing: while the database still differs from what was sealed, or a witness
    has cosigned what it does not hold, sealing halts again: exit 70. A home that remembered nothing, such as that of a
    second server, remembers from now on what the database says was published.
    """
    with open_application() as application:
        position = acknowledged(application, reason)
        output.print_notice(f"{position}  SealHaltAcknowledged")
        reached = seal_now(application)
    if json:
        output.print_json({"recorded_at_position": position, "size": reached.size, "published": reached.published})


def print_waiting(seal: Lag, home: Comparison) -> None:
    """Say for which witnesses it waits, and in what the database is not as this home remembers it."""
    if seal.waiting is not None:
        since = seal.waiting.since.isoformat(timespec="seconds")
        output.print_line(f"Sealing waits since {since} for witnesses: {seal.waiting.reasons}.", style="red")
    if home.error is not None:
        output.print_line(str(home.error), style="red")


def lag_form(seal: Lag, home: Comparison) -> dict[str, Any]:
    return {
        "head": seal.head,
        "size": seal.size,
        "published": seal.published,
        "age_seconds": round(seal.age.total_seconds(), 3),
        "age_seconds_max": None if seal.age_max is None else int(seal.age_max.total_seconds()),
        "halt": None if seal.halt is None else seal.halt.cause,
        "halted_at": None if seal.halt is None else seal.halt.halted_at,
        "waiting_for": None if seal.waiting is None else seal.waiting.reasons,
        "waiting_since": None if seal.waiting is None else seal.waiting.since,
        "home_error": None if home.error is None else str(home.error),
    }


def _age(text: str) -> timedelta | None:
    if text == "off":
        return None
    match = AGE.fullmatch(text)
    if match is None:
        raise typer.BadParameter("write an age as 90s, 30m, 4h or 2d, or `off`")
    seconds = int(match[1]) * SECONDS[match[2]]
    if seconds > AGE_SECONDS_MAX:
        # A limit that reaches back before the first day that PostgreSQL knows would refuse every later record.
        raise typer.BadParameter(f"an age is at most {AGE_SECONDS_MAX // SECONDS['d']:,}d; `off` is no limit")
    return timedelta(seconds=seconds)
