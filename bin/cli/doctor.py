"""`rigsbog doctor`: checks everything that Rigsbog needs, and says what to do about what is wrong."""

from __future__ import annotations

import typer

from adapters.settings import load_settings, meanings
from bin.application.operations.diagnosis import diagnose
from bin.cli import exits, output
from bin.cli.options import Json
from domain.check import Check


def doctor(*, json: Json = False) -> None:
    """Reads the ledger once, to see whether the key of every sealed part is known."""
    checks = list(diagnose(load_settings()))
    ok = all(check.ok for check in checks)
    if json:
        rows = [{"name": check.name, "ok": check.ok, "detail": _said(check)} for check in checks]
        output.print_json({"ok": ok, "findings": rows})
    else:
        meaning = meanings()
        for check in checks:
            detail = f"{check.detail}. {meaning[check.name]}" if check.name in meaning else _said(check)
            output.print_check(check.name, detail, ok=check.ok)
    if not ok:
        raise typer.Exit(exits.DIFFERENT)


def _said(check: Check) -> str:
    return "; ".join((check.detail, *check.differing))
