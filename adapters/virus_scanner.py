"""Scans letters for viruses by the operator's own program, which reads a file on standard input, as clamdscan does."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import PurePath

from domain.errors import ErrorKind, RigsbogError

SCAN_SECONDS_MAX = 60
CLEAN, INFECTED = 0, 1
"""The exit codes of the program."""


class NotScanned(RigsbogError):
    """The virus scanner does not work, so nothing is submitted: check RIGSBOG_VIRUS_SCANNER."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class VirusScanner:
    """A program with its arguments, such as `clamdscan -`."""

    command: str

    @property
    def name(self) -> str:
        """The program's name, as facts state it."""
        return PurePath(shlex.split(self.command)[0]).name

    def infected(self, content: bytes) -> bool:
        """Whether a virus is found in the content. Raises NotScanned."""
        try:
            ran = subprocess.run(  # noqa: S603 - the operator's own command, and no shell
                shlex.split(self.command), input=content, capture_output=True, timeout=SCAN_SECONDS_MAX, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotScanned from error
        if ran.returncode not in (CLEAN, INFECTED):
            raise NotScanned
        return ran.returncode == INFECTED
