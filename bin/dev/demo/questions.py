"""The demo's closing questions: what was known last spring, why, is it all equal, and would tampering be seen?"""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any

from adapters.postgres.database import connect, create_database
from bin.application.application import Application
from bin.application.operations.rebuilds import rebuild_registers
from bin.application.operations.sealing import seal_now
from bin.dev.demo import synthetic
from bin.dev.demo.scenario import SEED, Scenario, at
from domain.check import Check
from projections.catalogue import REGISTERS, register
from projections.engine.as_of import rows_as_of
from projections.engine.explain import explain
from projections.engine.follow import follow
from projections.engine.position import head, known_at, position_at
from projections.engine.verify import verify
from projections.rebuilding.rebuild_all import Outcome
from projections.rebuilding.step import Choices

TAMPERING = """
    alter table ledger.record disable trigger refuse_change;
    update ledger.record set recorded_at = recorded_at - interval '1 day'
     where position = (select max(position) from ledger.record r join ledger.fact_name using (fact)
                        where name = 'MessageMadeAvailable');
    update register.messages set served_at = served_at - interval '1 month' where served_at is not null
"""


def ask(scenario: Scenario) -> dict[str, Any]:
    outcomes = scenario.outcomes
    results = {"registered": outcomes["registered"], "letters": outcomes["letters"], "citizen": str(scenario.citizen)}
    results |= {name: str(outcomes[name]) for name in ("designation", "summons", "notice", "correction")}
    results |= {name: outcomes[name] for name in ("moved", "misdirected", "executor")}
    results |= _last_spring(scenario)
    results |= _rebuilt_under_load(scenario)
    results |= _sealed(scenario)
    results |= _verified(scenario)
    return results | _tampered(scenario)


def _last_spring(scenario: Scenario) -> dict[str, Any]:
    """Which account was registered on 8 April, before the code was redeemed; which after; and who made it so?"""
    designation, nemkonto = scenario.outcomes["designation"], register("nemkonto")
    with scenario.application.database.audit.connect() as connection:
        spring = known_at(connection, position_at(connection, scenario.outcomes["change_known"])).position
        (then,) = rows_as_of(connection, nemkonto, designation, spring)
        (now,) = rows_as_of(connection, nemkonto, designation, head(connection))
        (cause,) = explain(connection, nemkonto, designation, "valid_from")
    scenario.print_line(
        f"As of 8 April (position {spring:,}) the ledger knew her new account as «{then['status']}»; today as"
        f" «{now['status']}». Position {cause.position:,} made it so: {cause.fact}, {cause.legal_basis}."
    )
    return {"known_last_spring": then["status"], "known_now": now["status"], "explained_by": cause.fact}


def _rebuilt_under_load(scenario: Scenario) -> dict[str, Any]:
    folder = scenario.folder / "meanwhile"
    folder.mkdir()
    for name, content in synthetic.letters(scenario.population, 200, at(9, 1), SEED + 1):
        (folder / name).write_bytes(content)
    taken: list[dict[str, int]] = []
    writer = threading.Thread(target=lambda: taken.append(scenario.submit(folder)), name="letters")
    writer.start()
    rebuilt = rebuild_registers(scenario.application, REGISTERS, Choices(), lambda _: None, lambda *_: None)
    swapped = sum(result.outcome is Outcome.SWAPPED for result in rebuilt.results)
    writer.join()
    scenario.catch_up()
    scenario.print_line(
        f"All {swapped} registers are rebuilt in shadow tables while {sum(taken[0].values()):,} letters come in,"
        " found equal to them, attested in the ledger itself, and swapped."
    )
    return {"rebuilt": swapped, "letters_meanwhile": taken[0]}


def _sealed(scenario: Scenario) -> dict[str, Any]:
    reached = seal_now(scenario.application)
    with scenario.application.database.audit.connect() as connection:
        facts = head(connection)
    assert reached.published == facts, "everything is sealed"
    scenario.print_line(
        f"Sealed: one signature over the root of a tree of all {facts:,} facts, in formats that others check."
    )
    return {"sealed": reached.published}


def _verified(scenario: Scenario) -> dict[str, Any]:
    with scenario.application.database.project.connect() as connection:
        follow(connection, REGISTERS)
    with scenario.application.database.audit.connect() as connection:
        checks, facts = verify(connection, REGISTERS), head(connection)
    assert all(check.ok for check in checks), [check for check in checks if not check.ok]
    scenario.print_line(f"Verified: {len(checks)} checks hold over {facts:,} facts, every register equals the ledger.")
    return {"facts": facts, "checks": len(checks), "verified": True}


def _tampered(scenario: Scenario) -> dict[str, Any]:
    """A copy in which a database administrator turns a date back and hides it in the register: is it seen?"""
    broken = _broken_checks(scenario.application)
    assert broken, "tampering must be found"
    named = "; ".join(f"{check.name}: {check.differing[0]}" for check in broken)
    scenario.print_line(f"In a copy, somebody with every right turns two dates back. Verify finds it: {named}.")
    return {"tampering_found": [check.name for check in broken]}


def _broken_checks(application: Application) -> list[Check]:
    application.close()
    server, name = application.url.replace("/rigsbog?", "/postgres?"), "tampered"
    create_database(server, name, template="rigsbog")
    with closing(Application(application.settings, application.url.replace("/rigsbog?", f"/{name}?"))) as copy:
        with connect(copy.url) as connection:
            connection.execute(TAMPERING)
        with copy.database.audit.connect() as connection:
            return [check for check in verify(connection, REGISTERS) if not check.ok]
