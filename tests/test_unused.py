"""A public function or class of projections and adapters that nothing in the product uses is noticed; by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.sources import PACKAGES, ROOT, modules, parsed

EXCEPTIONS = {
    "adapters.ledger.eventsourcing.LedgerRecorder": "the port for users of the eventsourcing library",
    "adapters.ledger.eventsourcing.LedgerRecorder.subscribe": "likewise",
    "adapters.memo.parser.LetterParser.doctype": "called by the XML library",
    "adapters.postgres.embedded.EmbeddedServer.is_ready": "asked by the tests of the embedded server",
    "adapters.seal.witness.server.WitnessProtocol.eof_received": "called by asyncio",
    "adapters.seal.witness.server.WitnessProtocol.send_400_response": "called by uvicorn",
    "adapters.settings.Settings.settings_customise_sources": "called by pydantic",
}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def definitions(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """The module's public functions and classes, and its classes' public methods, by their dotted names."""
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{module_name(path)}.{node.name}", node
            for method in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield f"{module_name(path)}.{node.name}.{method.name}", method


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
        if isinstance(node, ast.Name):
            yield f"{module_name(path)}.{node.id}"
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            if isinstance(node.value, ast.Name):
                yield f"{imported.get(node.value.id, '')}.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.replace(":", ".")


def test_the_product_uses_every_public_function_of_its_adapters_and_projections() -> None:
    used = {name for path in modules(*PACKAGES) for name in uses(path)}
    unused = {
        name
        for path in modules("projections", "adapters")
        for name, node in definitions(path)
        if name not in used and not (is_method(node) and f".{name.rpartition('.')[2]}" in used)
    }

    assert unused == set(EXCEPTIONS), "delete it, or give a reason in EXCEPTIONS; and drop an exception that is used"


def is_method(node: ast.AST) -> bool:
    return getattr(node, "col_offset", 0) > 0


def test_a_function_that_only_tests_call_is_seen() -> None:
    """A name that another module uses for something else is no use, unless it is an attribute."""
    path = ROOT / "projections" / "engine" / "position.py"

    assert f"{module_name(path)}.known_at" in dict(definitions(path))
    assert f"{module_name(path)}.known_at" not in set(uses(path))
