"""A rebuild swaps only what is equal, resumes where it stopped, and can be postponed and aborted."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid, select, text

from domain.post.submission import MessageSubmitted
from projections.catalogue import register
from projections.declare import Register, last
from projections.engine.follow import FollowState, RegisterProgress
from projections.rebuilding.job import Phase, read_job
from projections.rebuilding.mismatch import Mismatch
from projections.rebuilding.pace import Pace
from projections.rebuilding.plan import plan
from projections.rebuilding.rebuild import Rebuild
from projections.rebuilding.rebuild_all import Outcome, rebuild_all
from projections.rebuilding.rebuild_lock import RebuildBusy
from projections.rebuilding.rollback import abort_rebuild, roll_back_swap
from projections.rebuilding.shadow import CannotApply
from projections.rebuilding.step import Choices, RebuildAction, RebuildStep
from projections.rebuilding.swap import DeclaredOtherwise
from tests.projections.post_ledger import LETTERS, MESSAGES, PostLedger


def dids(steps: list[RebuildStep]) -> list[RebuildAction]:
    return [step.did for step in steps]


def test_a_rebuilt_register_is_compared_swapped_and_followed_from_its_position(post_ledger: PostLedger) -> None:
    old = post_ledger.ask("select 'register.messages'::regclass::oid")

    steps = post_ledger.rebuild(Choices(Pace(range_facts_max=30)))

    assert dids(steps) == [
        RebuildAction.BEGAN,
        *[RebuildAction.LOADED] * 4,
        RebuildAction.INDEXED,
        RebuildAction.COMPARED,
        RebuildAction.SWAPPED,
    ]
    assert steps[-2].note == "equal"
    assert post_ledger.ask("select 'register.messages'::regclass::oid") != old
    assert post_ledger.ask("select 'register.messages__previous'::regclass::oid") == old
    assert post_ledger.progress() == RegisterProgress("messages", 2 * LETTERS, FollowState.FOLLOWING)
    post_ledger.mail()
    assert post_ledger.follow().position == 2 * LETTERS + 10
    assert post_ledger.is_as_the_ledger_says()


def test_keys_indexes_and_constraints_have_the_name_of_their_table_after_every_swap(post_ledger: PostLedger) -> None:
    names = (
        "select conname from pg_constraint where conrelid = 'register.messages'::regclass union all"
        " select relname from pg_class where oid in"
        " (select indexrelid from pg_index where indrelid = 'register.messages'::regclass) order by 1"
    )
    before = post_ledger.ask(names)

    for _ in range(3):
        post_ledger.rebuild()

    assert post_ledger.ask(names) == before
    left = post_ledger.ask("select relname from pg_class where relname like 'messages\\_\\_%' order by 1")
    assert left == ["messages__previous", "messages__previous_pkey", "messages__previous_without_final_receipt"]


def test_every_reader_of_the_live_table_can_read_the_new_one(post_ledger: PostLedger) -> None:
    post_ledger.say("grant insert on register.messages to rigsbog_audit")

    post_ledger.rebuild()

    may = "select has_table_privilege('{}', 'register.messages', '{}')"
    assert post_ledger.ask(may.format("rigsbog_audit", "select")) == [True]
    assert post_ledger.ask(may.format("rigsbog_append", "select")) == [True]
    assert post_ledger.ask(may.format("rigsbog_audit", "insert")) == [True]
    assert post_ledger.ask(may.format("rigsbog_append", "insert")) == [False]


def test_a_tampered_cell_is_named_and_nothing_is_swapped(post_ledger: PostLedger) -> None:
    key = post_ledger.ask("select message from register.messages order by message limit 1 offset 7")[0]
    post_ledger.say(f"update register.messages set size_bytes = size_bytes + 1 where message = '{key}'")
    live = post_ledger.ask("select 'register.messages'::regclass::oid")

    with pytest.raises(Mismatch) as refused:
        post_ledger.rebuild()

    assert refused.value.differing == (f"message={key}: changed size_bytes",)
    assert post_ledger.ask("select 'register.messages'::regclass::oid") == live
    (result,) = rebuild_all(post_ledger.projecting, [MESSAGES], Choices(), lambda _: None)
    assert (result.outcome, result.differing) == (Outcome.UNEQUAL, refused.value.differing)


def test_a_tampered_table_is_replaced_on_request_and_stays_as_evidence(post_ledger: PostLedger) -> None:
    post_ledger.say("delete from register.messages where size_bytes = 3")

    steps = post_ledger.rebuild(Choices(despite_differences=True))

    assert steps[-2].note.startswith("different: message=")
    assert post_ledger.is_as_the_ledger_says()
    assert post_ledger.ask("select count(*) from register.messages__previous") == [LETTERS - 1]


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ("drop table register.messages", "missing"),
        ("update register.progress set state = 'stopped'", "stopped"),
        ("update register.progress set declaration = 'another'", "declared otherwise"),
        ("truncate register.messages; update register.progress set position = 0", "not yet followed"),
        ("drop table register.messages; delete from register.progress", "missing"),
    ],
)
def test_a_table_that_cannot_be_compared_is_replaced_and_the_rebuild_says_so(
    post_ledger: PostLedger, done: str, said: str
) -> None:
    post_ledger.say(done)

    steps = post_ledger.rebuild()

    assert steps[-2].note == f"not compared, for the live table is {said}"
    assert post_ledger.progress() == RegisterProgress("messages", 2 * LETTERS, FollowState.FOLLOWING)
    assert post_ledger.is_as_the_ledger_says()


def test_a_live_table_that_lags_is_brought_forward_for_the_comparison(post_ledger: PostLedger) -> None:
    post_ledger.mail(20)

    steps = post_ledger.rebuild()

    assert RebuildAction.FOLLOWED in dids(steps)
    assert steps[-2].note == "equal"
    assert post_ledger.is_as_the_ledger_says()


def test_a_rebuild_that_was_stopped_is_taken_up_where_it_stopped(post_ledger: PostLedger) -> None:
    choices = Choices(Pace(range_facts_max=40))
    stopped = Rebuild(post_ledger.projecting, MESSAGES, choices).steps()
    assert [next(stopped).did, next(stopped).did] == [RebuildAction.BEGAN, RebuildAction.LOADED]
    stopped.close()
    post_ledger.mail(30)

    steps = post_ledger.rebuild(choices)

    assert (steps[0].did, steps[0].position) == (RebuildAction.RESUMED, 40)
    assert steps[-1].did is RebuildAction.SWAPPED
    assert post_ledger.progress().position == post_ledger.head()
    assert post_ledger.is_as_the_ledger_says()


def test_a_rebuild_of_an_older_declaration_is_begun_anew(post_ledger: PostLedger) -> None:
    stopped = Rebuild(post_ledger.projecting, MESSAGES).steps()
    assert [next(stopped).did, next(stopped).did] == [RebuildAction.BEGAN, RebuildAction.LOADED]
    stopped.close()
    table = Table(
        "messages",
        MetaData(schema="register"),
        Column("message", Uuid, primary_key=True),
        Column("kind", Text),
    )
    Index("messages_kind", table.c.kind)
    anew = Register(table, key="message", answers="Which?", columns={"kind": last(MessageSubmitted, "message_type")})

    steps = list(Rebuild(post_ledger.projecting, anew).steps())

    assert dids(steps) == [
        RebuildAction.BEGAN,
        RebuildAction.LOADED,
        RebuildAction.INDEXED,
        RebuildAction.COMPARED,
        RebuildAction.SWAPPED,
    ]
    assert steps[-2].note == "not compared, for the live table is declared otherwise"
    assert post_ledger.ask("select count(kind) from register.messages") == [LETTERS]
    assert post_ledger.ask("select count(*) from pg_class where relname = 'messages_kind'") == [1]
    with pytest.raises(DeclaredOtherwise):
        list(roll_back_swap(post_ledger.projecting, anew))
    _, put, *_ = roll_back_swap(post_ledger.projecting, MESSAGES)
    assert put.did is RebuildAction.ROLLED_BACK
    assert post_ledger.is_as_the_ledger_says()


def test_a_second_rebuild_of_the_same_register_is_refused_as_busy(
    post_ledger: PostLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.rebuilding.rebuild_lock.BUSY_AFTER_MILLISECONDS", 100)
    first = Rebuild(post_ledger.projecting, MESSAGES).steps()
    next(first)

    with pytest.raises(RebuildBusy, match="messages is being rebuilt"):
        post_ledger.rebuild()
    (result,) = rebuild_all(post_ledger.projecting, [MESSAGES], Choices(), lambda _: None)

    assert result.outcome is Outcome.BUSY
    assert [step.did for step in first][-1] is RebuildAction.SWAPPED
    assert post_ledger.is_as_the_ledger_says()


def test_a_postponed_swap_is_compared_and_waits_for_the_next_call(post_ledger: PostLedger) -> None:
    live = post_ledger.ask("select 'register.messages'::regclass::oid")

    assert dids(post_ledger.rebuild(Choices(postpone_swap=True)))[-1] is RebuildAction.COMPARED
    post_ledger.mail(20)
    post_ledger.follow()
    again = post_ledger.rebuild(Choices(postpone_swap=True))
    assert dids(again) == [RebuildAction.RESUMED, RebuildAction.COMPARED]
    assert again[-1].position == post_ledger.head()
    assert post_ledger.ask("select 'register.messages'::regclass::oid") == live
    post_ledger.mail(20)

    assert dids(post_ledger.rebuild()) == [
        RebuildAction.RESUMED,
        RebuildAction.COMPARED,
        RebuildAction.FOLLOWED,
        RebuildAction.SWAPPED,
    ]
    assert post_ledger.progress().position == post_ledger.head()
    assert post_ledger.is_as_the_ledger_says()


def test_an_aborted_rebuild_leaves_nothing_behind(post_ledger: PostLedger) -> None:
    stopped = Rebuild(post_ledger.projecting, MESSAGES).steps()
    assert [next(stopped).did, next(stopped).did] == [RebuildAction.BEGAN, RebuildAction.LOADED]
    stopped.close()

    assert abort_rebuild(post_ledger.projecting, MESSAGES)

    assert post_ledger.ask("select relname from pg_class where relname like 'messages\\_\\_%'") == []
    assert not abort_rebuild(post_ledger.projecting, MESSAGES)
    assert dids(post_ledger.rebuild())[0] is RebuildAction.BEGAN


def test_a_throttled_rebuild_works_in_small_ranges_and_rests_between_them(post_ledger: PostLedger) -> None:
    loaded: list[tuple[int, float]] = []
    began = time.monotonic()
    for step in Rebuild(post_ledger.projecting, MESSAGES, Choices(Pace(facts_per_second_max=20))).steps():
        if step.did is RebuildAction.LOADED:
            loaded.append((step.position, time.monotonic() - began + step.rest_seconds))
            assert step.rest_seconds <= 40 / 20
        began = time.monotonic()

    assert [position for position, _ in loaded] == [40, 80, 100]
    assert [seconds >= facts / 20 for facts, (_, seconds) in zip((40, 40, 20), loaded, strict=True)] == [True] * 3
    assert post_ledger.is_as_the_ledger_says()


def test_a_rebuild_gives_way_to_registers_that_are_followed_and_lag(post_ledger: PostLedger) -> None:
    post_ledger.mail(100)
    post_ledger.say("update register.progress set updated_at = clock_timestamp() - interval '1 minute'")
    post_ledger.say("update register.progress set updated_at = clock_timestamp() where name = 'messages'")
    steps = Rebuild(post_ledger.projecting, MESSAGES, Choices(Pace(lag_facts_max=150))).steps()

    taken = [next(steps) for _ in range(4)]
    assert [step.did for step in taken] == [RebuildAction.BEGAN, *[RebuildAction.GAVE_WAY] * 3]
    assert taken[1].rest_seconds > 0
    assert "messages" in taken[1].note
    post_ledger.follow()
    assert next(steps).did is RebuildAction.LOADED
    steps.close()


def test_a_rebuild_does_not_wait_for_registers_that_nobody_follows(post_ledger: PostLedger) -> None:
    post_ledger.mail(100)
    post_ledger.say("update register.progress set updated_at = clock_timestamp() - interval '1 minute'")

    assert RebuildAction.GAVE_WAY not in dids(post_ledger.rebuild(Choices(Pace(lag_facts_max=150))))


def test_a_record_that_cannot_be_applied_stops_the_rebuild_before_it_and_is_named(post_ledger: PostLedger) -> None:
    table = Table("letters", MetaData(schema="register"), Column("message", Uuid, primary_key=True), Column("n", Uuid))
    letters = Register(table, key="message", answers="?", columns={"n": last(MessageSubmitted, "transmission")})
    post_ledger.say(
        "alter table ledger.record disable trigger refuse_change;"
        'update ledger.record set payload = payload || \'{"transmission": "no uuid"}\' where position = 33'
    )

    with pytest.raises(CannotApply, match="letters: the record at position 33, MessageSubmitted, cannot be applied"):
        list(Rebuild(post_ledger.projecting, letters).steps())

    post_ledger.say("update ledger.record set payload = payload || jsonb_build_object('transmission', subject)")
    assert [step.did for step in Rebuild(post_ledger.projecting, letters).steps()][-1] is RebuildAction.SWAPPED


def test_a_swap_steps_back_from_readers_and_is_made_when_they_have_finished(post_ledger: PostLedger) -> None:
    steps = Rebuild(post_ledger.projecting, MESSAGES).steps()
    for step in steps:
        if step.did is RebuildAction.COMPARED:
            break
    with post_ledger.owner.connect() as reader:
        reader.execute(select(MESSAGES.table).limit(1))
        began = time.monotonic()
        assert next(steps).did is RebuildAction.WAITED
        assert time.monotonic() - began < 2
    assert next(steps).did is RebuildAction.SWAPPED


def test_a_reader_of_an_earlier_moment_never_sees_the_new_table_half(post_ledger: PostLedger) -> None:
    past = post_ledger.owner.execution_options(isolation_level="REPEATABLE READ")
    with past.connect() as reader:
        reader.execute(text("select 1")).all()
        steps = Rebuild(post_ledger.projecting, MESSAGES).steps()
        for step in steps:
            if step.did is RebuildAction.WAITED:
                break
        assert step.did is RebuildAction.WAITED
        assert len(reader.execute(select(MESSAGES.table.c.message)).all()) == LETTERS
    assert next(steps).did is RebuildAction.SWAPPED


def test_a_swap_that_readers_block_stays_ready_for_the_next_call(post_ledger: PostLedger) -> None:
    with post_ledger.owner.connect() as reader:
        reader.execute(select(MESSAGES.table).limit(1))
        with pytest.raises(RebuildBusy, match="ready"):
            post_ledger.rebuild(Choices(patience_seconds=0))
    with post_ledger.projecting.connect() as connection:
        job = read_job(connection, "messages")
        assert job is not None
        assert job.phase is Phase.READY
    assert dids(post_ledger.rebuild()) == [RebuildAction.RESUMED, RebuildAction.COMPARED, RebuildAction.SWAPPED]


def test_several_registers_are_rebuilt_at_a_time_and_each_says_how_it_ended(post_ledger: PostLedger) -> None:
    chosen = [register(name) for name in ("persons", "messages", "receipts")]
    seen: list[RebuildStep] = []

    results = rebuild_all(post_ledger.projecting, chosen, Choices(workers=2), seen.append)

    assert [(one.register, one.outcome) for one in results] == [(one.name, Outcome.SWAPPED) for one in chosen]
    assert {step.register for step in seen} == {one.name for one in chosen}


def test_a_plan_says_what_is_read_how_long_it_takes_and_what_is_taken_up(post_ledger: PostLedger) -> None:
    with post_ledger.projecting.connect() as connection:
        (fresh,) = plan(connection, [MESSAGES])
    assert (fresh.facts, fresh.phase, fresh.not_compared) == (2 * LETTERS, None, None)
    assert fresh.bytes > 0
    post_ledger.rebuild(Choices(postpone_swap=True))
    post_ledger.mail(3)

    with post_ledger.projecting.connect() as connection:
        (begun,) = plan(connection, [MESSAGES])

    assert (begun.facts, begun.phase) == (6, Phase.READY)
    assert 0 < begun.seconds < fresh.seconds * 1_000
