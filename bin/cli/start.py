"""Opens the application for a command: settings from the environment, sentences to the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from adapters.settings import load_settings
from bin.application import application
from bin.application.application import Application
from bin.application.disclosure import ReadingNeedsBasis
from bin.application.errors import InvalidArgument
from bin.cli import output


@contextmanager
def open_application(*, only_looks: bool = False) -> Iterator[Application]:
    with (
        usage_errors(),
        application.open_application(load_settings(), output.print_notice, only_looks=only_looks) as opened,
    ):
        yield opened


@contextmanager
def usage_errors() -> Iterator[None]:
    """An argument that a use case does not accept is a usage error of the command."""
    try:
        yield
    except ReadingNeedsBasis as error:
        raise typer.BadParameter(str(error), param_hint="--basis") from error
    except InvalidArgument as error:
        raise typer.BadParameter(str(error)) from error
