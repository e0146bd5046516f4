"""The tests run without the settings of who runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_settings_of_the_caller_are_none_of_the_tests() -> None:
    assert not [name for name in os.environ if name.startswith("RIGSBOG_")]


def test_a_wrong_setting_of_the_caller_changes_no_test() -> None:
    test = f"{__file__}::test_the_settings_of_the_caller_are_none_of_the_tests"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=os.environ | {"RIGSBOG_AUTHORITY": "wrong"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
