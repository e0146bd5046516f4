"""Questions on a read replica: they answer from it, and what is opened is recorded on the primary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres.embedded import EmbeddedServer
from adapters.settings import load_settings
from bin.application.application import Application
from bin.application.contexts import Reading
from bin.application.disclosure import Reader
from bin.application.errors import InvalidArgument
from bin.application.questions.as_of import as_of
from bin.application.questions.diff import diff
from bin.application.questions.explain import explain
from bin.application.questions.history import history
from bin.application.questions.status import status
from domain.identity.cvr import parse_cvr
from domain.identity.names import PersonName
from domain.identity.person_name import ChangeName
from projections.catalogue import register
from projections.engine.position import head
from tests.bin.auditing import ANNA, KEY, act, register_anna
from tests.conftest import fresh_database

PERSONS, NAMES = register("persons"), register("person_names")
READING = Reading(parse_cvr("34051178"), "forvaltningsloven § 29", "2026-17")


@dataclass(frozen=True)
class Replicated:
    """An application whose replica was copied before Anna was renamed."""

    application: Application
    copied_at: int

    @property
    def head_of_replica(self) -> int:
        with self.application.database.questions.connect() as connection:
            return head(connection)


@pytest.fixture(scope="module")
def replicated(
    postgres_server: EmbeddedServer, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replicated]:
    home: Path = tmp_path_factory.mktemp("home")
    with fresh_database(postgres_server, template_database) as primary:
        environment = {"DATABASE_URL": primary, "RIGSBOG_HOME": str(home), "RIGSBOG_KEK": KEY}
        application = Application(load_settings(environment), primary)
        register_anna(application)
        copied_at = application.ledger.head()
        application.close()
        name = str(conninfo_to_dict(primary)["dbname"])
        with fresh_database(postgres_server, name) as replica:
            application = Application(load_settings(environment | {"RIGSBOG_READ_URL": replica}), primary)
            try:
                act(application, ChangeName(person=ANNA, name=PersonName(given="Anna", family="Kjær")))
                yield Replicated(application, copied_at)
            finally:
                application.close()


def test_every_question_of_the_past_is_answered_by_the_replica(replicated: Replicated) -> None:
    application, copied_at = replicated.application, replicated.copied_at
    reader = Reader(application, READING)

    assert application.ledger.head() > copied_at
    assert as_of(application, PERSONS, ANNA).known.position == copied_at
    assert explain(reader, PERSONS, ANNA, "number_sealed").known.position == copied_at
    assert diff(reader, PERSONS, 0, None, 10).later.position == copied_at
    assert history(application, ANNA, reader).records[-1].position <= copied_at


def test_a_position_that_the_replica_does_not_have_yet_is_refused(replicated: Replicated) -> None:
    with pytest.raises(InvalidArgument, match=f"the newest position is {replicated.copied_at}"):
        as_of(replicated.application, PERSONS, ANNA, replicated.copied_at + 1)


def test_what_is_opened_is_recorded_on_the_primary(replicated: Replicated) -> None:
    application = replicated.application
    before = application.ledger.head()

    (row,) = as_of(application, NAMES, ANNA).opened(Reader(application, READING, opens=True))

    assert row["sealed"]["name"]["family"] == "Bech"
    (reading,) = application.ledger.entries(after=before)
    assert (reading.name, reading.context.legal_basis) == ("DataDisclosed", READING.legal_basis)
    assert replicated.head_of_replica == replicated.copied_at


def test_the_status_is_that_of_the_primary(replicated: Replicated) -> None:
    application = replicated.application

    assert status(application).head == application.ledger.head()
