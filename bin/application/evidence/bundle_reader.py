"""Reads a bundle that came from outside, once our own verifier finds it valid; no code in the bundle is ever run."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from adapters.seal.formats.blinding import named
from adapters.seal.formats.note import Key, Kind, NotAKey
from adapters.seal.formats.proof import Proof
from bin.application.errors import BadInput
from bin.application.evidence.bundles import FORMS, KEYS, QUESTION
from bin.application.evidence.inclusion import from_text
from bin.application.evidence.verifier import PROGRAM
from domain.errors import ErrorKind, RigsbogError

BUNDLE_BYTES_MAX = 2**28
VERIFIER_SECONDS_MAX = 600


class NotValid(RigsbogError):
    """The verifier refuses the bundle: do not rely on it, and ask the authority for a new one."""

    kind = ErrorKind.DIFFERENT


@dataclass(frozen=True, slots=True)
class BundleContent:
    about: str
    known: int
    records: Mapping[int, Mapping[str, Any]]
    """By position, read from their canonical bytes."""
    answers: Sequence[Mapping[str, Any]]


def read_bundle(path: Path, vkeys: Sequence[str]) -> BundleContent:
    """Read a bundle that the verifier finds valid under these keys of the log.

    Raises NotValid when it does not, and BadInput when the file is not a bundle of a known form.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The bundle {path} cannot be read: {error.strerror}.") from error
    for vkey in vkeys:
        _check_key(vkey)
    files = _files(content)
    run_verifier(content, vkeys or stated_keys(files))
    question = _json(files.get(QUESTION, b"{}"))
    if question.get("rigsbog") not in FORMS:
        raise BadInput(f"{path.name} is no bundle of a form that this version knows: use a newer one.")
    answers = [_json(files[name]) for name in sorted(files) if name.endswith(".answer.json")]
    proofs = [_extra(files[name]) for name in sorted(files) if name.endswith(".tlog-proof")]
    entries = [*proofs, *(fact for part in (*proofs, *answers) for fact in part["facts"])]
    records = [named(_json(from_text(entry["record"])), entry.get("subjects", {})) for entry in entries]
    by_position = {record["position"]: record for record in records}
    return BundleContent(question["about"], question["known"], by_position, answers)


def run_verifier(content: bytes, vkeys: Sequence[str]) -> None:
    """Have our own copy of the verifier, in a process of its own, verify these very bytes; raises NotValid."""
    with tempfile.TemporaryDirectory(prefix="rigsbog-verify-") as folder:
        file = Path(folder) / "bundle.zip"
        file.write_bytes(content)
        options = [part for key in vkeys for part in ("--key", key)]
        process = subprocess.run(  # noqa: S603 - our own verifier, and no shell
            [sys.executable, "-I", str(PROGRAM), *options, str(file)],
            capture_output=True,
            text=True,
            timeout=VERIFIER_SECONDS_MAX,
            check=False,
        )
    if process.returncode:
        message = " ".join((process.stdout + process.stderr).replace(str(file), "the bundle").split())
        raise NotValid(f"The verifier does not find the bundle valid: {message[:500]}")


def _check_key(vkey: str) -> None:
    try:
        kind = Key.read(vkey).kind
    except NotAKey as error:
        raise BadInput(f"The public key cannot be used: {error}.") from error
    if kind is not Kind.LOG:
        raise BadInput("That public key is a witness's: `rigsbog seal key` prints a ledger's.")


def stated_keys(files: Mapping[str, bytes]) -> list[str]:
    """The keys that a bundle states itself: they show that it is whole, not whose it is."""
    lines = files.get(KEYS, b"").decode(errors="replace").splitlines()
    return [line for line in lines if line.count("+") > 1 and " " not in line]


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if len(content) > BUNDLE_BYTES_MAX or sum(member.file_size for member in members) > BUNDLE_BYTES_MAX:
                raise BadInput(f"A bundle has at most {BUNDLE_BYTES_MAX:,} bytes: ask for one about less.")
            return {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NotValid("The bundle is not a whole zip file, or one of its files was altered.") from error


def _extra(proof: bytes) -> dict[str, Any]:
    extra = Proof.read(proof.decode()).extra
    assert extra is not None, "a verified proof holds its record"
    return _json(extra)


def _json(content: bytes) -> dict[str, Any]:
    document = json.loads(content)
    assert isinstance(document, dict), "the verifier has read it as an object"
    return document
