"""Logs are facts about the machine, on standard error: lines on a terminal, JSON elsewhere, and nothing personal."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import structlog


@cache
def logger() -> Any:
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the stream of now, which may be replaced
    )
    return structlog.get_logger()
