"""What people read is plain English in the field's own words (docs/glossary.md), and never a dialect of ours."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import PACKAGES, ROOT, Definition, modules, parsed, shown

DIALECT = {
    r"agendas?": "schedule",
    r"(bears?|borne) out": "confirm",
    r"beside": "next to, during, besides; shadow table",
    r"the book|books?": "ledger, register",
    r"by (itself|themselves)": "automatically, alone",
    r"carr(y|ies|ied|ying) out": "execute",
    r"desks?": "command line",
    r"for ever": "permanently; never changes",
    r"g[ai]ve[sn]? up (a|the) rebuild": "abort",
    r"grounds?": "server, database; legal basis",
    r"hand(s|ed)? in": "submit",
    r"lent": "in use",
    r"houses?": "application, product",
    r"mountains?": "compact range",
    r"plots?": "database",
    r"puts? (it |them |that |the register )?back": "roll back",
    r"quiet(ly)?": "masked; idle",
    r"rolls?(?! ?back)": "people file, import",
    r"rooms?": "package",
    r"stands?": "is, is stored, holds",
    r"stor(y|ies)": "scenario, history",
    r"tell(s|ing)?|told": "report, say, record",
    r"(its|the|their|whose|a|takes?) turns?": "lock, leadership",
    r"waking": "notification",
    r"whoever": "anyone who, the caller",
}
"""Words in the private sense that they had here, each with what to write instead (STYLE: no private dialect)."""

FREE = re.compile(
    r"`[^`]*`|\"stands\"|--plot|--roll\w*|legal grounds?|house ?holds?|house numbers?|in turn\b"
    r"|https?://\S+|room temperature"
)
"""Code, options, a stored value (docs/facts.md), and the ordinary senses of these words."""

PRIVATE_NAME = re.compile(
    r"tell|told|whoever|beside(?!s)|house|desk|book|roll(?!_?back|(ed|ing)_?back)|ground|plot"
    r"|(?<!hi)stor(y|ies)|waking|mountain|put_back|given_up|borne_out|(?<!out)standing",
    re.IGNORECASE,
)
FREE_NAMES = {"ground": "a stored field of the exemption"}
"""Names of the dialect that stay, each with its reason."""

PRIVATE = re.compile(rf"\b({'|'.join(DIALECT)})\b", re.IGNORECASE)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("migrations/**/*.sql")])


def found_in(text: str) -> list[str]:
    """Every phrase of the dialect in the text."""
    return [match.group() for match in PRIVATE.finditer(FREE.sub(" ", text))]


def texts_of(path: Path) -> list[tuple[int, str]]:
    """The strings, docstrings and comments of a module, each with its line."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return [(token.start[0], token.string) for token in tokens if token.type in (tokenize.STRING, tokenize.COMMENT)]


def names_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The functions, classes, arguments, variables and imported names of a module, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname


def private_names(tree: ast.AST) -> list[str]:
    """Every name of the tree that holds a word of the dialect."""
    return [f"{line}: {name}" for line, name in names_of(tree) if PRIVATE_NAME.search(name) and name not in FREE_NAMES]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_a_page_has_no_private_words(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [f"{number}: {word}" for number, line in enumerate(lines, 1) for word in found_in(line)] == []


@pytest.mark.parametrize("module", modules(*PACKAGES), ids=shown)
def test_a_module_has_no_private_words(module: Path) -> None:
    assert [f"{line}: {word}" for line, text in texts_of(module) for word in found_in(text)] == []


@pytest.mark.parametrize("module", modules(*PACKAGES), ids=shown)
def test_a_module_gives_nothing_a_private_name(module: Path) -> None:
    assert private_names(parsed(module)) == []


def test_the_search_for_private_names_finds_every_kind_of_name() -> None:
    source = """
import logging as desk
class Book: ...
def tell(whoever, *, roll=0):
    house = self.waking = 1
    rollback(history, besides, roll_back, rolled_back)
    ground = history = besides = roll_back = 1
"""
    names = ["desk", "Book", "tell", "whoever", "roll", "house", "waking"]
    assert sorted(name.partition(": ")[2] for name in private_names(ast.parse(source))) == sorted(names)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The book stands for ever.", ["The book", "stands", "for ever"]),
        ("`for ever` and a legal ground, rolled back in turn", []),
        ('"stands": status', []),
        ("whoever carries it out by itself", ["whoever", "by itself"]),
    ],
)
def test_the_search_finds_the_dialect_and_leaves_the_ordinary_senses(text: str, words: list[str]) -> None:
    assert found_in(text) == words
