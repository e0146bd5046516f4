"""Says what the migrations made: the triggers and functions that guard the ledger, as they are written, and tables."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parent / "versions"
NEWEST = max(path.name for path in VERSIONS.glob("[0-9]*.py"))[:4]
"""The revision to which this version of the code migrates."""
FUNCTION = re.compile(r"create (?:or replace )?function ledger\.(\w+)\([^()]*\)[^$;]*\bas \$\$(.*?)\$\$", re.DOTALL)

TABLE = re.compile(r"^create table (\w+\.\w+)", re.MULTILINE)

FRESH = "AFTER INSERT ON {} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
REFUSED = "BEFORE DELETE OR UPDATE OR TRUNCATE ON {} FOR EACH STATEMENT"
CLOCK = "BEFORE INSERT OR DELETE OR UPDATE ON {} FOR EACH ROW"
EMPTIED = "BEFORE TRUNCATE ON {} FOR EACH STATEMENT"
REMOVED = "BEFORE DELETE OR TRUNCATE ON {} FOR EACH STATEMENT"
GROWN = "BEFORE UPDATE ON {} FOR EACH ROW"
FOLLOWED = "BEFORE INSERT ON {} FOR EACH ROW"
LEDGER = ("record", "subject", "command", "fact_name", "subject_kind")
SEALED = ("log", "checkpoint", "cosignature", "time_stamp", "publication", "halt", "halt_acknowledged")
GUARDS = frozenset(
    f"CREATE TRIGGER {trigger} {when.format(table)} EXECUTE FUNCTION ledger.{function}()"
    for trigger, when, function, tables in (
        ("refuse_change", REFUSED, "refuse_change", [f"ledger.{name}" for name in LEDGER]),
        ("guard_record", FRESH, "guard_record", ["ledger.record"]),
        ("guard_age", FRESH, "guard_age", ["ledger.record"]),
        ("guard_companion", FRESH, "guard_companion", ["ledger.subject", "ledger.command"]),
        ("guard_simulated_clock", CLOCK, "guard_simulated_clock", ["ledger.simulated_clock"]),
        ("refuse_truncate", EMPTIED, "refuse_change", ["ledger.simulated_clock"]),
        ("refuse_change", REFUSED, "refuse_change", [f"seal.{name}" for name in SEALED]),
        ("refuse_removal", REMOVED, "refuse_change", ["seal.tile", "seal.bundle", "reaction.progress"]),
        ("guard_growth", GROWN, "guard_growth", ["seal.tile", "seal.bundle"]),
        ("guard_checkpoint", FOLLOWED, "guard_checkpoint", ["seal.checkpoint"]),
        ("guard_log", FOLLOWED, "guard_log", ["seal.log"]),
        ("guard_reactions", GROWN, "guard_reactions", ["reaction.progress"]),
    )
    for table in tables
)
"""Every trigger of the ledger, its seal and its reactions, in the words of pg_get_triggerdef."""


def functions() -> dict[str, str]:
    """The bodies of the ledger's functions by name; the newest migration wins."""
    bodies: dict[str, str] = {}
    for path in sorted(VERSIONS.glob("*.sql")):
        bodies |= {match[1]: match[2] for match in FUNCTION.finditer(path.read_text(encoding="utf-8"))}
    return bodies


def tables() -> tuple[str, ...]:
    """Every table that the migrations made, with its schema."""
    made = {match[1] for path in VERSIONS.glob("*.sql") for match in TABLE.finditer(path.read_text(encoding="utf-8"))}
    return tuple(sorted({"ledger.migration", *made}))
