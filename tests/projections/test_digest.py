"""A state digest depends on every cell and on nothing else: not on order, layout, or where the rows come from."""

from __future__ import annotations

import hashlib
import itertools
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, FromClause, literal, select, text
from sqlalchemy.dialects import postgresql

from adapters.postgres.database import engine
from adapters.postgres.embedded import EmbeddedServer
from domain.entities import FACTS
from projections.catalogue import REGISTERS, register
from projections.declare import Register
from projections.engine.compile import BOUND, Range, merge, rows
from projections.engine.digest import StateDigest, digests
from projections.engine.follow import establish
from projections.engine.ledger_names import read_names
from projections.engine.position import head
from projections.rebuilding.shadow import load_first, load_next, shadow
from tests.conftest import fresh_database
from tests.projections.histories import QUICK_REGISTERS, Happened, histories, put
from tests.projections.mailings import mail
from tests.volume import slow_except

MESSAGES = register("messages")
LETTERS = 300
EXAMPLES_PER_REGISTER = 8
ANOTHER = {
    "UUID": "coalesce(gen_random_uuid(), {})",
    "TEXT": "coalesce({}, '') || 'x'",
    "BOOLEAN": "{} is not true",
    "INTEGER": "coalesce({}, 0) + 1",
    "BIGINT": "coalesce({}, 0) + 1",
    "TIMESTAMP WITH TIME ZONE": "coalesce({}, now()) + interval '1 microsecond'",
    "DATE": "coalesce({}, current_date) + 1",
    "BYTEA": "coalesce({}, '') || '\\x00'",
    "JSONB": "coalesce({}, '[]') || '[1]'",
}
"""By the type of the column: a value next to the one that is there."""


@pytest.fixture(scope="module")
def mailed_database(postgres_server: EmbeddedServer, template_database: str) -> Iterator[Engine]:
    """A database with the register of three hundred letters."""
    with fresh_database(postgres_server, template_database) as url:
        owner, projecting = engine(url), engine(url, "rigsbog_project")
        with projecting.begin() as connection:
            establish(connection, [MESSAGES])
        with owner.begin() as connection:
            mail(connection, LETTERS)
            follow_by(connection, MESSAGES, [0, 2 * LETTERS])
        yield owner
        owner.dispose()
        projecting.dispose()


@pytest.fixture
def mailed(mailed_database: Engine) -> Iterator[Connection]:
    """A connection to the register of three hundred letters; whatever changes is undone at the end."""
    with mailed_database.connect() as connection:
        yield connection
        connection.rollback()


def follow_by(connection: Connection, register: Register, bounds: list[int]) -> None:
    """Merge range by range into the live table."""
    statement = merge(register, read_names(connection), BOUND)
    for after, until in itertools.pairwise(bounds):
        connection.execute(statement, {"after": after, "until": until})


def digest(connection: Connection, one: Register = MESSAGES, relation: FromClause | None = None) -> StateDigest:
    """The digest of the live table, or of another relation of its columns."""
    (found,) = digests(connection, one, literal(0), one.table if relation is None else relation)
    return found


def test_an_empty_register_is_the_digest_of_nothing(undone: Connection) -> None:
    assert digest(undone) == StateDigest(0, 0, hashlib.sha256(b"").hexdigest())


def test_the_digest_can_be_made_from_the_rows_in_binary_form(mailed: Connection) -> None:
    columns = ", ".join((*MESSAGES.key, *(column.name for column in MESSAGES.columns)))
    written = mailed.execute(text(f"select record_send(row({columns})) from register.messages")).scalars()
    hashes = sorted(hashlib.sha256(bytes(row)).digest() for row in written)
    buckets: dict[int, bytes] = {}
    for row_hash in hashes:
        buckets[row_hash[0]] = buckets.get(row_hash[0], b"") + row_hash
    together = b"".join(struct.pack("B", byte) + hashlib.sha256(of).digest() for byte, of in sorted(buckets.items()))
    assert digest(mailed) == StateDigest(0, LETTERS, hashlib.sha256(together).hexdigest())


def test_neither_order_nor_layout_of_the_rows_counts(mailed: Connection) -> None:
    before = digest(mailed)
    for rewritten in (
        (
            "create table register.other (like register.messages); alter table register.other add gone int;"
            " insert into register.other select *, 1 from register.messages order by message desc;"
            " alter table register.other drop gone"
        ),
        "update register.other set size_bytes = size_bytes",
        "alter table register.other alter sealed set storage external; update register.other set sealed = sealed",
    ):
        mailed.execute(text(rewritten))
        other = MESSAGES.table.to_metadata(MESSAGES.table.metadata.__class__(), name="other")
        assert digest(mailed, relation=other) == before


def test_no_setting_of_the_session_counts(mailed: Connection) -> None:
    before = digest(mailed)
    for setting in (
        "set local timezone = 'Asia/Kathmandu'",
        "set local client_encoding = 'LATIN1'",
        "set local bytea_output = 'escape'",
        "set local datestyle = 'German'",
        "set local max_parallel_workers_per_gather = 0",
        "set local enable_sort = off",
    ):
        mailed.execute(text(setting))
        assert digest(mailed) == before, setting


@pytest.mark.parametrize("column", MESSAGES.table.columns.keys())
def test_any_changed_cell_changes_the_digest(mailed: Connection, column: str) -> None:
    before = digest(mailed)
    kind = MESSAGES.table.c[column].type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
    another = ANOTHER[kind].format(column)
    message = "(select message from register.messages limit 1)"

    mailed.execute(text(f"update register.messages set {column} = {another} where message = {message}"))

    assert digest(mailed).rows == before.rows
    assert digest(mailed) != before


@pytest.mark.parametrize(
    "change",
    [
        "delete from register.messages where size_bytes = 7",
        "update register.messages set memo_version = null where size_bytes = 7",
        "update register.messages set memo_version = message_type, message_type = memo_version where size_bytes = 7",
        (
            "update register.messages m set stage = o.memo_version, memo_version = o.stage"
            " from register.messages o where o.message = m.message and m.size_bytes = 7"
        ),
    ],
)
def test_a_lost_row_an_emptied_cell_and_exchanged_cells_change_it(mailed: Connection, change: str) -> None:
    before = digest(mailed)
    assert mailed.execute(text(change)).rowcount == 1
    assert digest(mailed) != before


def test_two_equal_rows_do_not_cancel_out_in_the_digest(mailed: Connection) -> None:
    twice = select(MESSAGES.table).union_all(select(MESSAGES.table)).subquery()
    result = digest(mailed, relation=twice)
    assert result.rows == 2 * LETTERS
    assert result.sha256 not in {digest(mailed).sha256, hashlib.sha256(b"").hexdigest()}


@pytest.mark.parametrize("register", slow_except(QUICK_REGISTERS, REGISTERS), ids=lambda register: register.name)
@settings(max_examples=EXAMPLES_PER_REGISTER, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data(), cuts=st.lists(st.integers(0, 100), max_size=3), middle=st.integers(1, 100))
def test_it_is_the_same_on_the_live_table_on_a_shadow_and_on_what_the_ledger_answers(
    owner: Engine, projecting: Engine, *, register: Register, choice: st.DataObject, cuts: list[int], middle: int
) -> None:
    assert projecting is not None, "the registers are established"
    history: list[Happened] = choice.draw(histories((*register.facts, *list(FACTS.values())[:2])))
    with owner.connect() as connection:
        put(connection, history)
        until, names = head(connection), read_names(connection)
        follow_by(connection, register, sorted({0, until, *(cut % (until + 1) for cut in cuts)}))
        load_first(connection, register, names, middle % (until + 1))
        load_next(connection, register, names, Range(middle % (until + 1), until))
        expected = rows(register, names, Range(0, until)).subquery("expected")
        live, of_shadow, of_ledger = digests(
            connection, register, literal(until), register.table, shadow(register), expected
        )
        connection.rollback()
    assert live == of_shadow == of_ledger


def test_rows_are_hashed_by_several_workers(mailed: Connection) -> None:
    seen: list[str] = []

    class Explained:
        """Asks for the plan of what would be asked."""

        def execute(self, statement: Any, *_: Any) -> Any:
            if "record_send" in str(statement):
                plan = f"explain (costs off) {statement.compile(mailed.engine, compile_kwargs={'literal_binds': True})}"
                for cost in ("min_parallel_table_scan_size", "parallel_setup_cost", "parallel_tuple_cost"):
                    mailed.execute(text(f"set local {cost} = 0"))
                seen.extend(mailed.execute(text(plan.replace(":", "\\:"))).scalars())
            return mailed.execute(statement)

    digests(Explained(), MESSAGES, literal(0), MESSAGES.table)  # type: ignore[arg-type]  # all that is asked of it
    assert any("Gather" in line for line in seen), seen
