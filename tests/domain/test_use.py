"""What the domain declares, the product applies: every policy, refusal and public function has a user."""

from __future__ import annotations

import ast
from collections import Counter

from domain import policy
from domain.policy import Policy
from tests.sources import definitions, modules, parsed, shown

POLICIES_NOT_APPLIED_YET = {
    "RESEND_WINDOW_MONTHS",
    "CONTENT_AFTER_DEATH_YEARS",
    "CONTENT_AFTER_CESSATION_YEARS",
    "RECEIPT_WATCHDOG_HOURS",
}
"""Rules of retention, of post on paper and of stuck letters, which come with the correction of the law."""

USED_BY_GATES = {"is_replacement"}
"""By it a gate finds real CPR numbers in this repository."""

PRODUCT = [parsed(path) for path in modules("domain", "projections", "adapters", "migrations", "bin")]
USED = Counter(
    node.attr if isinstance(node, ast.Attribute) else node.id
    for tree in PRODUCT
    for node in ast.walk(tree)
    if isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
)
"""How often each name is read; an import or a definition is no use."""


def test_every_policy_is_used_in_the_product() -> None:
    policies = {name for name, value in vars(policy).items() if isinstance(value, Policy)}
    assert policies - set(USED) == POLICIES_NOT_APPLIED_YET


def test_every_class_function_and_constant_of_the_domain_is_used_in_the_product() -> None:
    unused = []
    for path in modules("domain"):
        tree = parsed(path)
        names = [name for name, _ in definitions(tree)]
        names += [
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
        unused += [
            f"{shown(path)}: {name}"
            for name in names
            if not (last := name.rsplit(".", 1)[-1]).startswith("_")
            and last not in USED
            and last not in POLICIES_NOT_APPLIED_YET | USED_BY_GATES
        ]
    assert unused == []
