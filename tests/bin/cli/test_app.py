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


@pytest.mark.parametrize("name", COMMANDS)
def test_help_breaks_no_line_within_a_paragraph(name: str) -> None:
    command: Any = loaded(name)
    helps = [each.help for each in (command, *getattr(command, "commands", {}).values())]
    assert [text for text in helps if "\n" in text.replace("\n\n", "")] == []
