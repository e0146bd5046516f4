"""Scans an incoming letter: its bytes as they came, and each of its files decoded."""

from __future__ import annotations

from io import BytesIO

from adapters.memo import InMemory, read_letter
from adapters.virus_scanner import VirusScanner
from bin.application.application import Application


def virus_found_by(application: Application, content: bytes | None) -> str | None:
    """The name of the scanner that found a virus; None when it found none, or no scanner is set. Raises NotScanned."""
    command = application.settings.virus_scanner
    if command is None or content is None:
        return None
    scanner = VirusScanner(command)
    files = InMemory()
    read_letter(BytesIO(content), keep=files)
    infected = scanner.infected(content) or any(scanner.infected(files[nth]) for nth in range(len(files)))
    return scanner.name if infected else None
