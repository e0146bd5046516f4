"""The product uses every function, class and constant that it defines, by its dotted name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bin.cli.app import COMMANDS, place_of
from tests.sources import PACKAGES, ROOT, Definition, definitions, modules, parsed

EXCEPTIONS = {
    "adapters.ledger.eventsourcing.LedgerRecorder": "the port for users of the eventsourcing library",
    "adapters.ledger.eventsourcing.LedgerRecorder.subscribe": "the same",
    "adapters.memo.__all__": "read by Python",
    "adapters.memo.parser.LetterParser.doctype": "called by the XML library",
    "adapters.settings.Settings.settings_customise_sources": "called by pydantic",
    "bin.cli.app.LazyGroup.list_commands": "called by click",
    "bin.dev.bench.library.LetterRegister.process_event": "called by the eventsourcing library",
    "bin.cli.submit.RateColumn.render": "rich calls it to draw the column",
    "domain.identity.cpr.CprNumber.is_replacement": "a gate finds real CPR numbers in this repository by it",
    "projections.engine.ledger_tables.simulated_clock": "Alembic compares it with the database",
}
CALLING = {"command", "callback", "field_validator", "model_validator"}
DEFINING = [path for path in modules(*PACKAGES) if path.parent != ROOT / "migrations" / "versions"]
"""Every module but the migrations, which Alembic calls."""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def defined(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The module's functions, classes, methods and constants by their dotted names, without those called by Python."""
    tree = parsed(path)
    yield from ((f"{module_name(path)}.{name}", node) for name, node in definitions(tree) if not name.endswith("__"))
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            if isinstance(target, ast.Name):
                yield f"{module_name(path)}.{target.id}", node


def uses(path: Path) -> Iterator[str]:
    """Names that the module uses, dotted: its own, what it imports, members of modules; of other attributes `.name`."""
    tree = parsed(path)
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    yield from imported.values()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield f"{module_name(path)}.{node.id}"
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            if isinstance(node.value, ast.Name):
                yield f"{imported.get(node.value.id, '')}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.replace(":", ".")


def is_called_by_its_decorator(node: ast.AST) -> bool:
    """Whether Typer or pydantic calls the function: `@app.command()`, `@field_validator("iban")` and the like."""
    called = [d.func for d in getattr(node, "decorator_list", ()) if isinstance(d, ast.Call)]
    return any(getattr(f, "attr", getattr(f, "id", None)) in CALLING for f in called)


def is_method(node: ast.AST) -> bool:
    return isinstance(node, Definition) and node.col_offset > 0


def test_the_product_uses_everything_that_it_defines() -> None:
    used = {name for path in modules(*PACKAGES) for name in uses(path)} | {
        place_of(name).replace(":", ".") for name in COMMANDS
    }
    unused = {
        name
        for path in DEFINING
        for name, node in defined(path)
        if name not in used and not is_called_by_its_decorator(node)
        if not (is_method(node) and f".{name.rpartition('.')[2]}" in used)
    }

    assert unused == set(EXCEPTIONS), "delete it, or give a reason in EXCEPTIONS; and drop an exception that is used"


def test_a_function_that_only_tests_call_is_seen() -> None:
    """A name that another module uses for something else is no use, unless it is an attribute."""
    path = ROOT / "projections" / "engine" / "position.py"

    assert f"{module_name(path)}.known_at" in dict(defined(path))
    assert f"{module_name(path)}.known_at" not in set(uses(path))
