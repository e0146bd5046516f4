"""Runs the real command and kills it with SIGKILL at a call: `python -m tests.bin.killed PLAN ARGUMENT...`."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Literal

from bin import rigsbog

When = Literal["before", "after"]
WHENS: tuple[When, ...] = ("before", "after")


@dataclass(frozen=True)
class Limit:
    """A constant of a module that has another value in the process that is killed."""

    module: ModuleType
    name: str
    value: int

    def __post_init__(self) -> None:
        assert isinstance(getattr(self.module, self.name), int)


@dataclass(frozen=True)
class Kill:
    """A call of a function that a process does not survive."""

    function: Callable[..., Any]
    nth: int = 1
    when: When = "before"
    module: ModuleType | None = None
    """The module whose own import of the function is meant; None for the module that defines it."""
    limits: tuple[Limit, ...] = field(default=())

    def at(self, when: When, *limits: Limit) -> Kill:
        """The same call, before or after."""
        return replace(self, when=when, limits=limits)

    @property
    def plan(self) -> str:
        """The process's instructions, as JSON."""
        module = self.function.__module__ if self.module is None else self.module.__name__
        limits = [(limit.module.__name__, limit.name, limit.value) for limit in self.limits]
        return json.dumps([module, self.function.__qualname__, self.nth, self.when, limits])

    def __str__(self) -> str:
        return f"{self.function.__qualname__}-{self.nth}"


def kill_at(module: str, qualified_name: str, call: int, when: When) -> None:
    """Kill this process before or after the nth call of the function."""
    holder: Any = importlib.import_module(module)
    *classes, name = qualified_name.split(".")
    for class_name in classes:
        holder = getattr(holder, class_name)
    original, calls = getattr(holder, name), 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        fatal = calls == call
        if fatal and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **named)
        if fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, counted)


def main() -> None:
    """Set the limits and the trap, and run the command."""
    module, qualified_name, call, when, limits = json.loads(sys.argv[1])
    sys.argv = ["rigsbog", *sys.argv[2:]]
    for where, name, value in limits:
        setattr(importlib.import_module(where), name, value)
    kill_at(module, qualified_name, call, when)
    rigsbog.main()


if __name__ == "__main__":
    main()
