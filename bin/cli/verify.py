"""`rigsbog verify`: proves that the ledger is whole and as it was sealed, and that every register is what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from adapters.seal.audit.audit import Audit, AuditRequest
from adapters.seal.audit.earlier_checkpoint import read_earlier_checkpoint
from adapters.seal.formats.note import Key
from bin.application.errors import BadInput
from bin.application.evidence.files import check_writable, write_evidence
from bin.application.operations.verification import Verification, verify_database, verify_export
from bin.cli import exits, output
from bin.cli.arguments import read_checkpoint, read_register
from bin.cli.options import Json
from bin.cli.progress import counting, reporting
from bin.cli.start import open_application
from bin.cli.verify_documents import DOCUMENTS, verify_documents
from projections.catalogue import REGISTERS

LEDGER = "ledger"
SAVE_IT = "Save the newest checkpoint for the next time where the database's operator cannot reach: --save FILE."

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ledger|documents|REGISTER",
        help="What to check; the ledger and every register when none is named, and documents only when named.",
    ),
]
SinceFile = Annotated[
    Path | None,
    typer.Option("--since", metavar="FILE", help="Your last checkpoint, or a proof: the ledger must contain it."),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="VKEY", help="A key that you trust; without one, the keys that the ledger states."),
]
WitnessKeys = Annotated[
    list[str] | None, typer.Option("--witness", metavar="VKEY", help="The key of a witness that you trust.")
]
WitnessesNeeded = Annotated[
    int | None,
    typer.Option(min=1, help="How many of the named witnesses must have cosigned all that is published; all if unset."),
]
SaveFile = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Where to save the newest checkpoint, if all holds.")
]
ExportFolder = Annotated[
    Path | None,
    typer.Option("--export", metavar="DIR", help="Verify what `rigsbog seal export` wrote, without a database."),
]
After = Annotated[
    int | None,
    typer.Option(
        min=0, help="Check the documents that facts beyond this position name: to go on after a check was killed."
    ),
]


def verify(
    names: Names = None,
    *,
    since: SinceFile = None,
    key: Keys = None,
    witness: WitnessKeys = None,
    witnesses_needed: WitnessesNeeded = None,
    save: SaveFile = None,
    export: ExportFolder = None,
    after: After = None,
    json: Json = False,
) -> None:
    """The ledger has no gap, no time that runs backwards, all its subjects, and no unknown fact. The stored bytes
    of every record are hashed again to leaves, tiles and roots, and compared with what was signed. `--since` takes
    the checkpoint that you saved the last time: a rewritten and newly signed history agrees with itself, but not
    with your checkpoint, nor with the one that this home remembers. `--witness` shows how many records each witness
    has cosigned; more must not be published. Exit 1 when a check fails: the first differing positions, tiles,
    checkpoints and rows are named, never values. Exit 65: the checkpoint or a key cannot be used.

    `verify documents` decrypts every document that a fact names, and compares it with the fact. It shows nothing of a
    letter; that it was done, and what it found, is recorded as the operator's act.
    """
    chosen = names or []
    if DOCUMENTS in chosen or after is not None:
        if chosen != [DOCUMENTS] or since or key or witness or witnesses_needed or save or export:
            raise typer.BadParameter("documents are verified alone: `rigsbog verify documents [--after POSITION]`")
        verify_documents(after or 0, json=json)
        return
    if chosen and LEDGER not in chosen and (since or key or witness or save):
        raise typer.BadParameter("--since, --key, --witness and --save are for the ledger: verify it too")
    if witnesses_needed is not None and witnesses_needed > len(witness or ()):
        raise typer.BadParameter("--witnesses-needed is at most the number of witnesses that --witness names")
    _check_files(save, export, chosen, key or [])
    request = replace(_request(since, key or [], witness or []), witnesses_needed=witnesses_needed)
    result = _verified(chosen, request, export, json=json)
    _print_result(result, json=json)
    _end(result, save, json=json)


def _end(result: Verification, save: Path | None, *, json: bool) -> None:
    if not result.ok:
        raise typer.Exit(exits.DIFFERENT)
    note = None if result.seal is None else result.seal.note
    if save is not None:
        _save(save, note)
    elif note is not None and not json:
        output.print_notice(SAVE_IT)


def _check_files(save: Path | None, export: Path | None, names: Sequence[str], keys: Sequence[str]) -> None:
    if save is not None:
        check_writable(save)
    if export is not None and names:
        raise typer.BadParameter("an export holds no registers: name none")
    if export is not None and not keys:
        raise typer.BadParameter("--export needs --key: a folder's own word proves nothing")


def _verified(names: Sequence[str], request: AuditRequest, export: Path | None, *, json: bool) -> Verification:
    chosen = [read_register(name) for name in dict.fromkeys(names) if name != LEDGER] if names else REGISTERS
    asked = request if not names or LEDGER in names else None
    with reporting(as_json=json, event="verify_step") as report:
        if export is not None:
            return verify_export(export, request, counting(report, "hashed again"))
        with open_application(only_looks=True) as application:
            return verify_database(application, chosen, asked, counting(report, "hashed again"))


def _request(since: Path | None, keys: Sequence[str], witnesses: Sequence[str]) -> AuditRequest:
    trusted = tuple(map(Key.read, keys))
    own = None if since is None else read_earlier_checkpoint(read_checkpoint(since), trusted)
    return AuditRequest(trusted, tuple(map(Key.read, witnesses)), own)


def _print_result(result: Verification, *, json: bool) -> None:
    if json:
        checks = [asdict(check) for check in result.checks]
        seal = {} if result.seal is None else _seal_form(result.seal)
        output.print_json({"ok": result.ok, "head": result.position, "checks": checks, **seal})
    else:
        for check in result.checks:
            output.print_check(check.name, check.detail, ok=check.ok)
            for place in check.differing:
                output.print_line(f"        {place}")
        failed = sum(not check.ok for check in result.checks)
        verdict = f"{failed} of the {len(result.checks)} checks above failed" if failed else "The checks above hold"
        output.print_line(f"{verdict} at position {result.position:,}.")


def _seal_form(seal: Audit) -> dict[str, object]:
    return {
        "checkpoint": seal.note,
        "witnesses": [asdict(coverage) for coverage in seal.witnesses],
        "logs": [asdict(coverage) for coverage in seal.logs],
    }


def _save(file: Path, note: str | None) -> None:
    if note is None:
        raise BadInput("There is no checkpoint to save: nothing is sealed yet.")
    write_evidence(file, note.encode())
