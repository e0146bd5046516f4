"""Runs the real command and kills it with SIGKILL where a test says: `python -m tests.bin.killed PLAN ARGUMENT...`.

The plan is JSON: {"at": "module:Class.method", "nth": 1, "when": "before" or "after", "limits": {"module:NAME": 3}}.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from typing import Any


def owner(where: str) -> tuple[Any, str]:
    """The module or class that holds the name, and the name."""
    module, _, path = where.partition(":")
    *classes, name = path.split(".")
    holder: Any = importlib.import_module(module)
    for one in classes:
        holder = getattr(holder, one)
    return holder, name


def kill_at(where: str, nth: int, when: str) -> None:
    """Let the nth call of a function be the last thing this process does, or almost does."""
    holder, name = owner(where)
    original, calls = getattr(holder, name), 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, counted)


def main() -> None:
    """Set the trap and run the command."""
    plan = json.loads(sys.argv[1])
    sys.argv = ["rigsbog", *sys.argv[2:]]
    for where, limit in plan.get("limits", {}).items():
        holder, name = owner(where)
        setattr(holder, name, limit)
    kill_at(plan["at"], plan["nth"], plan["when"])
    from bin import rigsbog

    rigsbog.main()


if __name__ == "__main__":
    main()
