"""`rigsbog doctor`: checks everything that Rigsbog needs, and says what to do about what is wrong."""

from __future__ import annotations

from typing import Any

import typer

from adapters.settings import load_settings
from bin.application.operations.diagnosis import diagnose
from bin.cli import exits, output
from bin.cli.options import Json
from domain.check import Check


def doctor(*, json: Json = False) -> None:
    """Look at the database, its settings and roles, the ledger's guards and the keys; exit 1 if something is wrong.

    Reads the ledger once, to see whether the key of every sealed part is known.
    """
    findings = list(diagnose(load_settings()))
    if json:
        output.print_json({"ok": all(one.ok for one in findings), "findings": [_form(one) for one in findings]})
    else:
        for one in findings:
            output.tell_check(one.name, one.detail, ok=one.ok)
    if not all(one.ok for one in findings):
        raise typer.Exit(exits.DIFFERENT)


def _form(one: Check) -> dict[str, Any]:
    return {"name": one.name, "ok": one.ok, "detail": one.detail}
