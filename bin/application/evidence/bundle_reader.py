"""Opens a bundle that came from outside: the verifier verifies it, then it is read; no code of its own is ever run."""

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

import bin.verify_receipt
from adapters.seal.formats.note import Key, Kind, NotAKey
from adapters.seal.formats.proof import Proof
from bin.application.errors import BadInput
from bin.application.evidence.bundles import ASKED, FORM, KEYS
from bin.application.evidence.inclusion import from_text
from domain.errors import ErrorKind, RigsbogError

BUNDLE_BYTES_MAX = 2**28
VERIFIER_SECONDS_MAX = 600


class NotValid(RigsbogError):
    """The verifier refuses the bundle."""

    kind = ErrorKind.DIFFERENT


@dataclass(frozen=True, slots=True)
class Opened:
    """What a verified bundle holds."""

    about: str
    known: int
    records: Mapping[int, Mapping[str, Any]]
    """By position, as their canonical bytes tell them."""
    answers: Sequence[Mapping[str, Any]]


def opened(path: Path, vkeys: Sequence[str]) -> Opened:
    """Read a bundle that the verifier finds valid under these keys of the log.

    Raises NotValid when it does not, and BadInput when the file is no bundle of a form that we know.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The bundle {path} cannot be read: {error.strerror}.") from error
    for vkey in vkeys:
        _check_key(vkey)
    files = _files(content)
    verify(content, vkeys or told_keys(files))
    asked = _json(files.get(ASKED, b"{}"))
    if asked.get("rigsbog") != FORM:
        raise BadInput(f"{path.name} is no bundle of the form {FORM}.")
    answers = [_json(files[name]) for name in sorted(files) if name.endswith(".answer.json")]
    receipts = [_extra(files[name]) for name in sorted(files) if name.endswith(".tlog-proof")]
    written = [receipt["record"] for receipt in receipts]
    written += [fact["record"] for one in (*receipts, *answers) for fact in one["facts"]]
    records = [_json(from_text(one)) for one in written]
    return Opened(asked["about"], asked["known"], {one["position"]: one for one in records}, answers)


def verify(content: bytes, vkeys: Sequence[str]) -> None:
    """Have our own copy of the verifier, in a process of its own, verify these very bytes; raises NotValid."""
    with tempfile.TemporaryDirectory(prefix="rigsbog-verify-") as folder:
        file = Path(folder) / "bundle.zip"
        file.write_bytes(content)
        named = [part for key in vkeys for part in ("--key", key)]
        ran = subprocess.run(  # noqa: S603 - our own verifier, and no shell
            [sys.executable, "-I", str(bin.verify_receipt.__file__), *named, str(file)],
            capture_output=True,
            text=True,
            timeout=VERIFIER_SECONDS_MAX,
            check=False,
        )
    if ran.returncode:
        said = " ".join((ran.stdout + ran.stderr).replace(str(file), "the bundle").split())
        raise NotValid(f"The verifier does not find the bundle valid: {said[:500]}")


def _check_key(vkey: str) -> None:
    """Raise BadInput unless it is a log's key."""
    try:
        right = Key.read(vkey).kind is Kind.LOG
    except NotAKey as error:
        raise BadInput(f"--key: {error}.") from error
    if not right:
        raise BadInput("--key: that is a witness's key; `rigsbog seal key` prints a ledger's.")


def told_keys(files: Mapping[str, bytes]) -> list[str]:
    """The keys that a bundle itself tells: good enough to see that it is whole, and no proof of whose it is."""
    lines = files.get(KEYS, b"").decode(errors="replace").splitlines()
    return [line for line in lines if line.count("+") > 1 and " " not in line]


def _files(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(content) > BUNDLE_BYTES_MAX or sum(one.file_size for one in listed) > BUNDLE_BYTES_MAX:
                raise BadInput(f"A bundle has at most {BUNDLE_BYTES_MAX:,} bytes.")
            return {one.filename: archive.read(one) for one in listed}
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise NotValid("The bundle is no whole zip file, or one of its files was altered.") from error


def _extra(proof: bytes) -> dict[str, Any]:
    extra = Proof.read(proof.decode()).extra
    assert extra is not None, "a verified receipt holds its record"
    return _json(extra)


def _json(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    assert isinstance(found, dict), "the verifier has read it as an object"
    return found
