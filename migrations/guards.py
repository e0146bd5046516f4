"""Says what guards the ledger: its triggers, and the source of its functions as the migrations wrote it."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parent / "versions"
FUNCTION = re.compile(r"create (?:or replace )?function ledger\.(\w+)\([^()]*\)[^$;]*\bas \$\$(.*?)\$\$", re.DOTALL)

FRESH = "AFTER INSERT ON ledger.{} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"
REFUSED = "BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger.{} FOR EACH STATEMENT"
CLOCK = "BEFORE INSERT OR DELETE OR UPDATE ON ledger.{} FOR EACH ROW"
EMPTIED = "BEFORE TRUNCATE ON ledger.{} FOR EACH STATEMENT"
GUARDS = frozenset(
    f"CREATE TRIGGER {trigger} {when.format(table)} EXECUTE FUNCTION ledger.{function}()"
    for trigger, when, function, tables in (
        ("refuse_change", REFUSED, "refuse_change", ("record", "subject", "command", "fact_name", "subject_kind")),
        ("guard_record", FRESH, "guard_record", ("record",)),
        ("guard_companion", FRESH, "guard_companion", ("subject", "command")),
        ("guard_simulated_clock", CLOCK, "guard_simulated_clock", ("simulated_clock",)),
        ("refuse_truncate", EMPTIED, "refuse_change", ("simulated_clock",)),
    )
    for table in tables
)
"""Every trigger of the ledger, in the words of pg_get_triggerdef."""


def functions() -> dict[str, str]:
    """The bodies of the ledger's functions by name; the newest migration's word stands."""
    found: dict[str, str] = {}
    for path in sorted(VERSIONS.glob("*.sql")):
        found |= {match[1]: match[2] for match in FUNCTION.finditer(path.read_text(encoding="utf-8"))}
    return found
