"""The verifier: one file, which a bundle encloses, and whose digest the authority publishes with its keys."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import bin.verify_receipt

PROGRAM = Path(bin.verify_receipt.__file__)


def verifier_sha256() -> str:
    """The digest in hexadecimal, by which a reader knows an enclosed or a downloaded copy."""
    return sha256(PROGRAM.read_bytes()).hexdigest()
