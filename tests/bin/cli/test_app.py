"""The list of commands and the commands themselves agree."""

from __future__ import annotations

from typing import Any

import pytest

from bin.cli.app import COMMANDS, loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_own_help_begins_with_what_the_list_says(name: str) -> None:
    command: Any = loaded(name)
    summary = " ".join(command.help.split("\n\n")[0].split())

    assert summary == COMMANDS[name]
