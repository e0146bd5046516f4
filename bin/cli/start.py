"""Opens the application for a command: settings from the environment, sentences to the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.settings import load_settings
from bin.application import application
from bin.application.application import Application
from bin.cli import output


@contextmanager
def open_application() -> Iterator[Application]:
    """The application that this process's environment describes."""
    with application.open_application(load_settings(), output.say) as opened:
        yield opened
