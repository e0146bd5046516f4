"""No assertion of a test is always true."""

from __future__ import annotations

import ast

import pytest

from tests.sources import modules, parsed, shown


def always_true(test: ast.expr) -> bool:
    """Whether an expression is true by its form alone, as far as a form can show it."""
    match test:
        case ast.Constant(value):
            certain = bool(value)
        case ast.Tuple(elts) | ast.List(elts) | ast.Set(elts):
            certain = bool(elts)
        case ast.JoinedStr() | ast.Lambda() | ast.GeneratorExp():
            certain = True
        case ast.BoolOp(op=ast.Or(), values=values):
            certain = any(always_true(value) for value in values) or opposites(values)
        case ast.BoolOp(op=ast.And(), values=values):
            certain = all(always_true(value) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value)):
            certain = not value
        case ast.Compare(left=ast.Call(func=ast.Name("len")), ops=[ast.GtE()], comparators=[ast.Constant(0)]):
            certain = True
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], comparators=[right]):
            certain = ast.dump(left) == ast.dump(right) and not any(
                isinstance(node, ast.Call) for node in ast.walk(left)
            )
        case _:
            certain = False
    return certain


def opposites(values: list[ast.expr]) -> bool:
    """Whether one of the values is the negation of another."""
    negated = {ast.dump(value.operand) for value in values if isinstance(value, ast.UnaryOp)}
    return bool(negated & {ast.dump(value) for value in values})


def test_no_assertion_is_always_true() -> None:
    lines = [
        f"{shown(path)}:{node.lineno}"
        for path in modules("tests")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Assert) and always_true(node.test)
    ]
    assert lines == []


@pytest.mark.parametrize(
    "expression",
    [
        "True",
        "x or True",
        "(x, 'why')",
        "[x]",
        "f'{x}'",
        "x == x",
        "x.y is x.y",
        "len(x) >= 0",
        "x or not x",
        "not None",
    ],
)
def test_the_guard_sees_what_is_always_true(expression: str) -> None:
    assert always_true(ast.parse(expression, mode="eval").body)


@pytest.mark.parametrize("expression", ["x", "x or y", "x == y", "f() == f()", "len(x) > 0", "x in (0, 1)", "()"])
def test_the_guard_leaves_what_can_be_false(expression: str) -> None:
    assert not always_true(ast.parse(expression, mode="eval").body)
