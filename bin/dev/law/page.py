"""The page of the law: how many rules of each area are right, and every rule with its source, carrier and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from bin.dev.law.access import ACCESS
from bin.dev.law.cases_from_18 import CASES_FROM_18
from bin.dev.law.cases_to_17 import CASES_TO_17
from bin.dev.law.identity import IDENTITY
from bin.dev.law.messages import MESSAGES
from bin.dev.law.nemkonto import NEMKONTO
from bin.dev.law.nemkonto_cases import NEMKONTO_CASES
from bin.dev.law.reactions import REACTIONS
from bin.dev.law.receipts import RECEIPTS
from bin.dev.law.registration import REGISTRATION
from bin.dev.law.rule import NO_ISSUE, Rule, State
from bin.dev.law.service import SERVICE

RULES: Final = (*IDENTITY, *REGISTRATION, *MESSAGES, *RECEIPTS, *SERVICE, *NEMKONTO, *REACTIONS, *ACCESS)
CASES: Final = (*CASES_TO_17, *CASES_FROM_18, *NEMKONTO_CASES)
TITLES: Final = {
    "identity": "People, companies and their numbers",
    "registration": "Who can be reached by Digital Post",
    "messages": "Letters",
    "receipts": "Receipts",
    "service": "Service of process",
    "nemkonto": "NemKonto",
    "reactions": "What follows",
    "access": "Who reads what",
    "post": "Edge cases of Digital Post",
    "money": "Edge cases of NemKonto, identity and access",
}
OPENING: Final = (
    "Every rule of the law that this product is to keep, with its source, what carries it and the tests that prove it. "
    "*Right*: the tests prove the whole rule. *Partly*: they prove a part. *Missing*: nothing carries it yet. What is "
    "not right says why, and which issue brings it. A rule holds since the first day that its source speaks for; "
    "where no source gives a day, none is named."
)


def law_page() -> Iterator[str]:
    """The parts of the page after its opening."""
    yield "## Counts"
    yield from (counts("rules", RULES), counts("edge cases", CASES))
    for area, rules in groupby((*RULES, *CASES), key=lambda rule: rule.area):
        yield f"## {TITLES[area]}"
        yield from (entry(rule) for rule in sorted(rules, key=lambda rule: rule.id))
    yield "## To confirm"
    yield "Of these rules the sources that we read do not give the whole legal basis."
    yield "\n".join(f"- {rule.id}: {rule.to_confirm}" for rule in RULES if rule.to_confirm)


def counts(what: str, rules: Sequence[Rule]) -> str:
    """A table with the number of rules of each area and state."""
    number = Counter((rule.area, rule.state) for rule in rules)
    areas = list(dict.fromkeys(rule.area for rule in rules))
    rows = [(TITLES[area], [number[area, state] for state in State]) for area in areas]
    rows.append(("all", [sum(numbers[place] for _, numbers in rows) for place in range(len(State))]))
    return table((what, "all", *State), [(name, sum(numbers), *numbers) for name, numbers in rows])


def entry(rule: Rule) -> str:
    """A rule with all that is known of it."""
    since = f", since {rule.since}" if rule.since else ""
    lines = [f"**{rule.id}** ({rule.state}): {rule.says}", f"- Source: {rule.source}{since}"]
    if rule.carried_by:
        lines.append(f"- Carried by {', '.join(f'`{name}`' for name in rule.carried_by)}")
    lines += [f"- Proved by `{test}`" for test in rule.proved_by]
    if rule.because:
        comes = "No issue brings it yet." if rule.comes_in == NO_ISSUE else f"It comes in {rule.comes_in}."
        lines.append(f"- Not right: {rule.because} {comes}")
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (head, ["---"] * len(head), *rows))
