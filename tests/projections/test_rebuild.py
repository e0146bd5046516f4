"""A rebuild swaps only what is equal, is taken up where it stopped, and can be postponed, given up and taken back."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid, select, text

from domain.post.message import MessageSubmitted
from projections.catalogue import register
from projections.declare import Register, last
from projections.engine.follow import FollowState, Standing
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
from projections.rebuilding.swap import DeclaredOtherwise, NothingToRollBack
from tests.projections.mailed_ledger import LETTERS, MESSAGES, CommandHandler


def dids(steps: list[RebuildStep]) -> list[RebuildAction]:
    return [step.did for step in steps]


def test_a_rebuilt_register_is_compared_swapped_and_followed_on_from_where_it_stands(handler: CommandHandler) -> None:
    old = handler.ask("select 'register.messages'::regclass::oid")

    steps = handler.rebuild(Choices(Pace(range_facts_max=30)))

    assert dids(steps) == [
        RebuildAction.BEGAN,
        *[RebuildAction.LOADED] * 4,
        RebuildAction.INDEXED,
        RebuildAction.COMPARED,
        RebuildAction.SWAPPED,
    ]
    assert steps[-2].note == "equal"
    assert handler.ask("select 'register.messages'::regclass::oid") != old
    assert handler.ask("select 'register.messages__previous'::regclass::oid") == old
    assert handler.standing() == Standing("messages", 2 * LETTERS, FollowState.FOLLOWING)
    handler.mail()
    assert handler.follow().position == 2 * LETTERS + 10
    assert handler.is_as_the_ledger_says()


def test_keys_indexes_and_constraints_bear_the_name_of_their_table_after_every_swap(handler: CommandHandler) -> None:
    names = (
        "select conname from pg_constraint where conrelid = 'register.messages'::regclass union all"
        " select relname from pg_class where oid in"
        " (select indexrelid from pg_index where indrelid = 'register.messages'::regclass) order by 1"
    )
    before = handler.ask(names)

    for _ in range(3):
        handler.rebuild()

    assert handler.ask(names) == before
    left = handler.ask("select relname from pg_class where relname like 'messages\\_\\_%' order by 1")
    assert left == ["messages__previous", "messages__previous_pkey"]


def test_whoever_could_read_the_live_table_can_read_the_new_one(handler: CommandHandler) -> None:
    handler.say("grant insert on register.messages to rigsbog_audit")

    handler.rebuild()

    may = "select has_table_privilege('{}', 'register.messages', '{}')"
    assert handler.ask(may.format("rigsbog_audit", "select")) == [True]
    assert handler.ask(may.format("rigsbog_append", "select")) == [True]
    assert handler.ask(may.format("rigsbog_audit", "insert")) == [True]
    assert handler.ask(may.format("rigsbog_append", "insert")) == [False]


def test_a_tampered_cell_is_named_and_nothing_is_swapped(handler: CommandHandler) -> None:
    key = handler.ask("select message from register.messages order by message limit 1 offset 7")[0]
    handler.say(f"update register.messages set size_bytes = size_bytes + 1 where message = '{key}'")
    live = handler.ask("select 'register.messages'::regclass::oid")

    with pytest.raises(Mismatch) as refused:
        handler.rebuild()

    assert refused.value.differing == (f"message={key}: changed size_bytes",)
    assert handler.ask("select 'register.messages'::regclass::oid") == live
    (result,) = rebuild_all(handler.projecting, [MESSAGES], Choices(), lambda _: None)
    assert (result.outcome, result.differing) == (Outcome.UNEQUAL, refused.value.differing)


def test_a_tampered_table_is_replaced_when_asked_and_kept_as_evidence(handler: CommandHandler) -> None:
    handler.say("delete from register.messages where size_bytes = 3")

    steps = handler.rebuild(Choices(despite_differences=True))

    assert steps[-2].note.startswith("different: message=")
    assert handler.is_as_the_ledger_says()
    assert handler.ask("select count(*) from register.messages__previous") == [LETTERS - 1]


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
    handler: CommandHandler, done: str, said: str
) -> None:
    handler.say(done)

    steps = handler.rebuild()

    assert steps[-2].note == f"not compared, for the live table is {said}"
    assert handler.standing() == Standing("messages", 2 * LETTERS, FollowState.FOLLOWING)
    assert handler.is_as_the_ledger_says()


def test_a_live_table_that_lags_is_brought_forward_for_the_comparison(handler: CommandHandler) -> None:
    handler.mail(20)

    steps = handler.rebuild()

    assert RebuildAction.FOLLOWED in dids(steps)
    assert steps[-2].note == "equal"
    assert handler.is_as_the_ledger_says()


def test_a_rebuild_that_was_stopped_is_taken_up_where_it_stopped(handler: CommandHandler) -> None:
    choices = Choices(Pace(range_facts_max=40))
    stopped = Rebuild(handler.projecting, MESSAGES, choices).steps()
    assert [next(stopped).did, next(stopped).did] == [RebuildAction.BEGAN, RebuildAction.LOADED]
    stopped.close()
    handler.mail(30)

    steps = handler.rebuild(choices)

    assert (steps[0].did, steps[0].position) == (RebuildAction.RESUMED, 40)
    assert steps[-1].did is RebuildAction.SWAPPED
    assert handler.standing().position == handler.head()
    assert handler.is_as_the_ledger_says()


def test_a_rebuild_of_an_older_declaration_is_begun_anew(handler: CommandHandler) -> None:
    stopped = Rebuild(handler.projecting, MESSAGES).steps()
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

    steps = list(Rebuild(handler.projecting, anew).steps())

    assert dids(steps) == [
        RebuildAction.BEGAN,
        RebuildAction.LOADED,
        RebuildAction.INDEXED,
        RebuildAction.COMPARED,
        RebuildAction.SWAPPED,
    ]
    assert steps[-2].note == "not compared, for the live table is declared otherwise"
    assert handler.ask("select count(kind) from register.messages") == [LETTERS]
    assert handler.ask("select count(*) from pg_class where relname = 'messages_kind'") == [1]
    with pytest.raises(DeclaredOtherwise):
        list(roll_back_swap(handler.projecting, anew))
    put, *_ = roll_back_swap(handler.projecting, MESSAGES)
    assert put.did is RebuildAction.PUT_BACK
    assert handler.is_as_the_ledger_says()


def test_a_second_rebuild_of_the_same_register_is_told_that_the_first_is_busy(
    handler: CommandHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.rebuilding.rebuild_lock.BUSY_AFTER_MILLISECONDS", 100)
    first = Rebuild(handler.projecting, MESSAGES).steps()
    next(first)

    with pytest.raises(RebuildBusy, match="messages is being rebuilt"):
        handler.rebuild()
    (result,) = rebuild_all(handler.projecting, [MESSAGES], Choices(), lambda _: None)

    assert result.outcome is Outcome.BUSY
    assert [step.did for step in first][-1] is RebuildAction.SWAPPED
    assert handler.is_as_the_ledger_says()


def test_a_postponed_swap_is_compared_and_waits_for_the_next_call(handler: CommandHandler) -> None:
    live = handler.ask("select 'register.messages'::regclass::oid")

    assert dids(handler.rebuild(Choices(postpone_swap=True)))[-1] is RebuildAction.COMPARED
    handler.mail(20)
    handler.follow()
    again = handler.rebuild(Choices(postpone_swap=True))
    assert dids(again) == [RebuildAction.RESUMED, RebuildAction.COMPARED]
    assert again[-1].position == handler.head()
    assert handler.ask("select 'register.messages'::regclass::oid") == live
    handler.mail(20)

    assert dids(handler.rebuild()) == [
        RebuildAction.RESUMED,
        RebuildAction.COMPARED,
        RebuildAction.FOLLOWED,
        RebuildAction.SWAPPED,
    ]
    assert handler.standing().position == handler.head()
    assert handler.is_as_the_ledger_says()


def test_the_table_before_is_put_back_at_once_and_goes_on_from_its_own_position(handler: CommandHandler) -> None:
    old = handler.ask("select 'register.messages'::regclass::oid")
    handler.rebuild()
    handler.mail(20)
    handler.follow()

    steps = list(roll_back_swap(handler.projecting, MESSAGES))

    assert [(step.did, step.position) for step in steps] == [
        (RebuildAction.PUT_BACK, 2 * LETTERS),
        (RebuildAction.FOLLOWED, 2 * LETTERS + 40),
    ]
    assert handler.ask("select 'register.messages'::regclass::oid") == old
    assert handler.is_as_the_ledger_says()
    again, *_ = roll_back_swap(handler.projecting, MESSAGES)
    assert again.position == 2 * LETTERS + 40
    assert handler.ask("select 'register.messages'::regclass::oid") != old
    assert handler.is_as_the_ledger_says()


def test_there_is_nothing_to_put_back_before_the_first_swap(handler: CommandHandler) -> None:
    with pytest.raises(NothingToRollBack, match="messages"):
        list(roll_back_swap(handler.projecting, MESSAGES))


def test_a_rebuild_given_up_leaves_nothing_behind(handler: CommandHandler) -> None:
    stopped = Rebuild(handler.projecting, MESSAGES).steps()
    assert [next(stopped).did, next(stopped).did] == [RebuildAction.BEGAN, RebuildAction.LOADED]
    stopped.close()

    assert abort_rebuild(handler.projecting, MESSAGES)

    assert handler.ask("select relname from pg_class where relname like 'messages\\_\\_%'") == []
    assert not abort_rebuild(handler.projecting, MESSAGES)
    assert dids(handler.rebuild())[0] is RebuildAction.BEGAN


def test_a_throttled_rebuild_works_in_small_ranges_and_rests_between_them(handler: CommandHandler) -> None:
    steps = handler.rebuild(Choices(Pace(facts_per_second_max=20)))

    loaded = [step for step in steps if step.did is RebuildAction.LOADED]
    assert [step.position for step in loaded] == [40, 80, 100]
    assert all(1.0 < step.rest_seconds <= 2.0 for step in loaded[:2])
    assert handler.is_as_the_ledger_says()


def test_a_rebuild_gives_way_to_registers_that_are_followed_and_lag(handler: CommandHandler) -> None:
    handler.mail(100)
    handler.say("update register.progress set updated_at = clock_timestamp() - interval '1 minute'")
    handler.say("update register.progress set updated_at = clock_timestamp() where name = 'messages'")
    steps = Rebuild(handler.projecting, MESSAGES, Choices(Pace(lag_facts_max=150))).steps()

    taken = [next(steps) for _ in range(4)]
    assert [step.did for step in taken] == [RebuildAction.BEGAN, *[RebuildAction.GAVE_WAY] * 3]
    assert taken[1].rest_seconds > 0
    assert "messages" in taken[1].note
    handler.follow()
    assert next(steps).did is RebuildAction.LOADED
    steps.close()


def test_a_rebuild_does_not_wait_for_registers_that_nobody_follows(handler: CommandHandler) -> None:
    handler.mail(100)
    handler.say("update register.progress set updated_at = clock_timestamp() - interval '1 minute'")

    assert RebuildAction.GAVE_WAY not in dids(handler.rebuild(Choices(Pace(lag_facts_max=150))))


def test_a_record_that_cannot_be_applied_stops_the_rebuild_before_it_and_is_named(handler: CommandHandler) -> None:
    table = Table("letters", MetaData(schema="register"), Column("message", Uuid, primary_key=True), Column("n", Uuid))
    letters = Register(table, key="message", answers="?", columns={"n": last(MessageSubmitted, "transmission")})
    handler.say(
        "alter table ledger.record disable trigger refuse_change;"
        'update ledger.record set payload = payload || \'{"transmission": "no uuid"}\' where position = 33'
    )

    with pytest.raises(CannotApply, match="letters: the record at position 33, MessageSubmitted, cannot be applied"):
        list(Rebuild(handler.projecting, letters).steps())

    handler.say("update ledger.record set payload = payload || jsonb_build_object('transmission', subject)")
    assert [step.did for step in Rebuild(handler.projecting, letters).steps()][-1] is RebuildAction.SWAPPED


def test_a_swap_steps_back_from_readers_and_is_made_when_they_have_finished(handler: CommandHandler) -> None:
    steps = Rebuild(handler.projecting, MESSAGES).steps()
    for step in steps:
        if step.did is RebuildAction.COMPARED:
            break
    with handler.owner.connect() as reader:
        reader.execute(select(MESSAGES.table).limit(1))
        began = time.monotonic()
        assert next(steps).did is RebuildAction.WAITED
        assert time.monotonic() - began < 2
    assert next(steps).did is RebuildAction.SWAPPED


def test_a_reader_of_an_earlier_moment_never_sees_the_new_table_half(handler: CommandHandler) -> None:
    past = handler.owner.execution_options(isolation_level="REPEATABLE READ")
    with past.connect() as reader:
        reader.execute(text("select 1")).all()
        steps = Rebuild(handler.projecting, MESSAGES).steps()
        for step in steps:
            if step.did is RebuildAction.WAITED:
                break
        assert step.did is RebuildAction.WAITED
        assert len(reader.execute(select(MESSAGES.table.c.message)).all()) == LETTERS
    assert next(steps).did is RebuildAction.SWAPPED


def test_a_swap_that_readers_never_allow_is_kept_ready_for_the_next_call(handler: CommandHandler) -> None:
    with handler.owner.connect() as reader:
        reader.execute(select(MESSAGES.table).limit(1))
        with pytest.raises(RebuildBusy, match="ready"):
            handler.rebuild(Choices(patience_seconds=0))
    with handler.projecting.connect() as connection:
        job = read_job(connection, "messages")
        assert job is not None
        assert job.phase is Phase.READY
    assert dids(handler.rebuild()) == [RebuildAction.RESUMED, RebuildAction.COMPARED, RebuildAction.SWAPPED]


def test_several_registers_are_rebuilt_at_a_time_and_each_says_how_it_ended(handler: CommandHandler) -> None:
    chosen = [register(name) for name in ("persons", "messages", "receipts")]
    seen: list[RebuildStep] = []

    results = rebuild_all(handler.projecting, chosen, Choices(workers=2), seen.append)

    assert [(one.register, one.outcome) for one in results] == [(one.name, Outcome.SWAPPED) for one in chosen]
    assert {step.register for step in seen} == {one.name for one in chosen}


def test_a_plan_says_what_is_read_how_long_it_takes_and_what_is_taken_up(handler: CommandHandler) -> None:
    with handler.projecting.connect() as connection:
        (fresh,) = plan(connection, [MESSAGES])
    assert (fresh.facts, fresh.phase, fresh.not_compared) == (2 * LETTERS, None, None)
    assert fresh.bytes > 0
    handler.rebuild(Choices(postpone_swap=True))
    handler.mail(3)

    with handler.projecting.connect() as connection:
        (begun,) = plan(connection, [MESSAGES])

    assert (begun.facts, begun.phase) == (6, Phase.READY)
    assert 0 < begun.seconds < fresh.seconds * 1_000
