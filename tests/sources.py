"""Reads the product's own files, for the tests of its rules."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("domain", "projections", "adapters", "migrations", "bin")
"""The packages that are installed; tests/ is not."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def modules(*folders: str) -> list[Path]:
    """Every module under the folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    """The module as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """The path from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def files() -> Iterator[tuple[Path, str]]:
    """Every text file that belongs to the repository, with its text; what .gitignore names does not."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split())]
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not _matches(name, ignored))
        for name in sorted(names):
            path = Path(folder, name)
            if not _matches(name, ignored) and b"\0" not in (content := path.read_bytes()):
                yield path, content.decode(errors="replace")


def definitions(tree: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, Definition]]:
    """Every class, function and method of the tree, without those inside a function, with its dotted name."""
    for node in tree.body:
        if isinstance(node, Definition):
            yield within + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from definitions(node, f"{within}{node.name}.")


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)
