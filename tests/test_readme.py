"""The README's promises: every shell block runs as written, and every proof that it names is a test that exists."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import remove_server

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
VERBS = ("make demo\n", "make test\n")
"""The two commands: a test cannot run the tests, and the demo is run here with a smaller state, by what make runs."""
PATH_BLOCK = 'export PATH="$PWD/.venv/bin:$PATH"\n'
PROOF = re.compile(r"`(?P<file>tests/[a-z_/]+\.py)?(?P<test>(?:::Test\w+)?::test_\w+)`")
"""A test, as pytest calls it; without a file it is one of the file that was named before it."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A home in which the demo has run, and the tools on the path as a virtual environment has them."""
    home = tmp_path_factory.mktemp("readme")
    tools = home / "bin"
    tools.mkdir()
    rigsbog = tools / "rigsbog"
    rigsbog.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bin.rigsbog "$@"\n')
    rigsbog.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "RIGSBOG_KEK")}
    environment = inherited | {"RIGSBOG_HOME": str(home / "home"), "PATH": f"{tools}:{os.environ['PATH']}"}
    ran("rigsbog demo --people 40 --companies 20 --letters 60", environment)
    yield environment
    for folder in (home / "home", home / "home" / "demo"):
        remove_server(folder)


def ran(script: str, environment: dict[str, str]) -> str:
    """Run a script as a reader would, stopping at the first command that fails."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )

    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_two_commands_are_the_makefiles_and_ci_runs_the_second() -> None:
    """`make demo` runs `rigsbog demo`, which the other test runs; `.ci/run` runs `make test` on a clean clone."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert BLOCKS[:2] == list(VERBS)
    assert "-m bin.rigsbog demo\n" in makefile
    assert "make test" in lines


@pytest.mark.slow
def test_every_shell_block_runs_as_written(environment: dict[str, str]) -> None:
    """In the order of the page, in one shell, each command with exit code 0."""
    blocks = [block.replace(PATH_BLOCK, "") for block in BLOCKS if block not in VERBS]

    output = ran("\n".join(blocks), environment)

    assert PATH_BLOCK in "".join(BLOCKS)
    assert "MessageSubmitted" in output
    assert '"status": "REPLAYED"' in output


def names_of_tests(file: str) -> set[str]:
    """Every test of a file, after its class if it has one."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [f"::{holder.name}{name}" for holder in classes for name in function_names(holder)]
    return {*function_names(tree), *methods}


def function_names(holder: ast.Module | ast.ClassDef) -> list[str]:
    return [f"::{node.name}" for node in holder.body if isinstance(node, ast.FunctionDef)]


def test_every_guarantee_names_tests_that_exist() -> None:
    table = README[README.index("| guarantee | proof |") : README.index("## Measured")]
    rows = table.strip().splitlines()[2:]

    assert len(rows) >= 10
    for row in rows:
        proof = row.split("|")[2]
        assert PROOF.sub("", proof).strip(" ,") == "", f"not the name of a test: {row}"
        proofs = list(PROOF.finditer(proof))
        assert proofs, f"no proof: {row}"
        assert proofs[0]["file"], f"no file: {row}"
        file = ""
        for test in proofs:
            file = test["file"] or file
            assert test["test"] in names_of_tests(file), f"{file} has no {test['test']}"
