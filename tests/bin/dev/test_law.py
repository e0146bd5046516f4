"""Proves that the table of the law names what exists, and claims no rule without a source, a carrier and a test."""

import ast
import re
from collections import Counter

import pytest

from bin.dev.law.page import CASES, RULES, law_page
from bin.dev.law.rule import Rule, State
from tests.sources import PACKAGES, ROOT, definitions, modules, parsed, shown

EVERY = [*RULES, *CASES]
AREAS = {
    "identity": 29,
    "registration": 19,
    "messages": 27,
    "receipts": 9,
    "service": 12,
    "nemkonto": 23,
    "reactions": 6,
    "access": 13,
    "post": 34,
    "money": 18,
}
"""How many rules the sources were read to have, area by area, and how many edge cases they number."""
NUMBERED = re.compile(r"test_(?:.*_)?(edge|nemkonto_case)_(\d\d)_")
AREA_OF = {"edge": "post", "nemkonto_case": "money"}
TABLE = ROOT / "bin" / "dev" / "law"


def all_tests() -> set[str]:
    """Every test as the table names one: its file, its class and its name."""
    return {
        f"{shown(path)}::{name.replace('.', '::')}"
        for path in modules("tests")
        for name, node in definitions(parsed(path))
        if node.name.startswith("test_")
    }


def defined_and_used() -> set[str]:
    """Names of the product that it defines at the top of a module and loads somewhere, the table itself aside."""
    defined, loaded = set[str](), set[str]()
    for path in modules(*PACKAGES):
        if TABLE in path.parents:
            continue
        tree = parsed(path)
        defined |= {name for name, _ in definitions(tree) if "." not in name}
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            defined |= {target.id for target in targets if isinstance(target, ast.Name)}
        loaded |= {name.id for name in ast.walk(tree) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)}
    return defined & loaded


def test_every_rule_that_was_read_is_in_the_table_once() -> None:
    assert Counter(rule.area for rule in EVERY) == AREAS
    assert {rule.id for rule in EVERY} == {
        f"{area}.{n:02}" for area, count in AREAS.items() for n in range(1, count + 1)
    }


def test_all_that_carries_a_rule_exists_and_is_used() -> None:
    named = {name for rule in EVERY for name in rule.carried_by}
    assert sorted(named - defined_and_used()) == []


def test_all_that_proves_a_rule_exists() -> None:
    named = {test for rule in EVERY for test in rule.proved_by}
    assert sorted(named - all_tests()) == []


@pytest.mark.parametrize("rule", EVERY, ids=[rule.id for rule in EVERY])
def test_a_rule_has_its_source_its_proof_or_its_reason(rule: Rule) -> None:
    assert rule.source
    assert bool(rule.proved_by) == (rule.state is not State.MISSING)
    assert bool(rule.carried_by) == (rule.state is not State.MISSING and rule in RULES)
    assert bool(rule.because) == bool(rule.comes_in) == (rule.state is not State.RIGHT)
    assert rule.because.count(".") <= 1, "one sentence"


def test_a_source_without_a_paragraph_is_to_be_confirmed_or_a_page_that_states_the_rule() -> None:
    stated = re.compile(
        r"§|art\. \d|\.dk|MeMo|NgDP|OIOSAML|NSIS|^our decision$|^lov om|^L 165|^the order|^[A-Z]\w+, \d"
    )
    assert [rule.id for rule in RULES if not stated.search(rule.source)] == []
    ours = [rule for rule in RULES if rule.source == "our decision"]
    assert [rule.id for rule in ours if not rule.to_confirm] == []


def test_a_test_that_names_an_edge_case_proves_it_with_others_in_whole() -> None:
    by_id = {rule.id: rule for rule in CASES}
    for test in all_tests():
        if numbered := NUMBERED.search(test):
            case = by_id[f"{AREA_OF[numbered[1]]}.{numbered[2]}"]
            assert case.state is State.RIGHT, f"{test} claims {case.id}, which is {case.state}: {case.because}"
            assert test in case.proved_by, f"{test} claims {case.id}, which does not name it"


def test_the_counts_on_the_page_are_those_of_the_table() -> None:
    page = "\n".join(law_page())
    entries = re.findall(r"^\*\*([a-z]+\.\d\d)\*\* \((\w+)\): ", page, re.MULTILINE)
    assert sorted(entries) == sorted((rule.id, rule.state.value) for rule in EVERY)
    totals = re.findall(r"^\| all \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    for total, rules in zip(totals, (RULES, CASES), strict=True):
        number = Counter(rule.state for rule in rules)
        assert [int(count) for count in total] == [len(rules), *(number[state] for state in State)]
