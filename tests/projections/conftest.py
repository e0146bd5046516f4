"""Connections for the tests of the registers, with every register established and empty."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from projections.catalogue import REGISTERS
from projections.engine.follow import establish
from projections.trails import make_trails
from tests.conftest import fresh_database
from tests.projections.post_ledger import LETTERS, PostLedger


@pytest.fixture(scope="module")
def owner(database_url: str) -> Iterator[Engine]:
    """Connects as the database's owner, who may do everything."""
    made = engine(database_url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def projecting(database_url: str) -> Iterator[Engine]:
    """Connects in the role that builds registers; they are there, and empty."""
    made = engine(database_url, "rigsbog_project")
    with made.begin() as connection:
        establish(connection, REGISTERS)
        make_trails(connection)
    yield made
    made.dispose()


@pytest.fixture
def undone(owner: Engine, projecting: Engine) -> Iterator[Connection]:
    """A connection whose whole work is undone at the end, also what it recorded in the ledger."""
    with owner.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def post_ledger(postgres_server: EmbeddedServer, template_database: str) -> Iterator[PostLedger]:
    """Fifty letters, all of them followed."""
    with fresh_database(postgres_server, template_database) as url:
        made = PostLedger(engine(url), engine(url, "rigsbog_project"))
        made.mail(LETTERS)
        made.follow()
        yield made
        made.owner.dispose()
        made.projecting.dispose()
