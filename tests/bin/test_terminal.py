"""The terminal of the tests has its own settings, and none of the caller's."""

from __future__ import annotations

import pytest

from tests.bin.terminal import Terminal


def test_a_setting_of_the_caller_is_none_of_the_commands(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGSBOG_AUTHORITY", "wrong")
    assert terminal.ok("doctor", "--json").code == 0
