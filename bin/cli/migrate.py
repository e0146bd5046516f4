"""`rigsbog migrate`: brings the database to this version."""

from __future__ import annotations

from adapters.postgres.database import open_source, resolve
from adapters.settings import load_settings
from bin.application.operations import migration
from bin.cli import output
from bin.cli.options import Json


def migrate(*, json: Json = False) -> None:
    """Safe to repeat, and safe while writers run: a step that would make them wait stops with an error instead."""
    settings = load_settings()
    source = resolve(settings)
    with open_source(source) as url:
        migration.migrate(url, migration.migration_recorder(settings, url))
    if json:
        output.print_json({"migrated": True, "database": source.kind})
    else:
        output.print_notice(f"The database ({source.kind}) is at this version.")
