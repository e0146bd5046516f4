"""A witness cosigns a log that only grows, answers as tlog-witness says, and never cosigns two histories."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import combinations, count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Note, signed
from adapters.seal.formats.tree import EMPTY_ROOT, HASH_BYTES
from adapters.seal.witness.cosigning import Cosigning, StateBusy, StateLost, held
from adapters.seal.witness.submission import head_of, request
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import HONEST, LOG, OTHER_LOG, NumberedLog, a_witness

FORKED = NumberedLog(forked_at=5)
SIZES = (0, 1, 2, 5, 6, 9, 12)


@pytest.fixture
def witness(tmp_path: Path) -> Cosigning:
    return a_witness(tmp_path / "w")


def cosigned_note(witness: Cosigning, log: NumberedLog, earlier: int, later: int) -> Note:
    """The checkpoint with the witness's answer under it; it must have cosigned."""
    reply = witness.add_checkpoint(log.request(earlier, later))
    assert reply.status == HTTPStatus.OK, reply
    return Note.read(f"{log.checkpoint(later).text}\n{reply.body}")


def test_a_log_that_grows_is_cosigned_step_by_step(witness: Cosigning) -> None:
    for earlier, later in ((0, 3), (3, 3), (3, 200), (200, 257), (257, 600)):
        note = cosigned_note(witness, HONEST, earlier, later)
        assert note.times(witness._signer.key)[0] > 0
        assert witness.last(LOG.name) == HONEST.checkpoint(later)


def test_an_empty_log_is_cosigned_and_grows_from_there(witness: Cosigning) -> None:
    assert cosigned_note(witness, HONEST, 0, 0).signatures
    assert cosigned_note(witness, HONEST, 0, 7).signatures


def test_logs_are_separate(witness: Cosigning) -> None:
    cosigned_note(witness, HONEST, 0, 9)
    cosigned_note(witness, NumberedLog(OTHER_LOG), 0, 4)

    assert (witness.last(LOG.name).size, witness.last(OTHER_LOG.name).size) == (9, 4)


def test_a_log_may_sign_with_several_keys_and_others_signatures_are_passed_over(tmp_path: Path) -> None:
    newer, stranger = TestKey(LOG.name, 40), TestKey("stranger", 41)
    witness = a_witness(tmp_path, logs=(LOG, newer))
    cosigned_note(witness, HONEST, 0, 3)
    note = HONEST.checkpoint(4).signed(stranger, newer)

    assert witness.add_checkpoint(request(3, HONEST.path(3, 4), note)).status == HTTPStatus.OK
    assert a_witness(tmp_path, logs=(newer,)).last(LOG.name).size == 4


def test_lines_after_the_root_are_cosigned_and_say_nothing_of_the_tree(witness: Cosigning) -> None:
    text = HONEST.checkpoint(3).text + "an extension\n"
    reply = witness.add_checkpoint(request(0, [], signed(text, LOG)))

    assert Note.read(f"{text}\n{reply.body}").times(witness._signer.key)
    assert witness.last(LOG.name) == HONEST.checkpoint(3)


NOTE = str(HONEST.note(7))


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (HONEST.request(2, 7), 409, "3\n"),
        (HONEST.request(5, 7), 409, "3\n"),
        (HONEST.request(0, 7), 409, "3\n"),
        (HONEST.request(2, 2), 409, "3\n"),
        (FORKED.request(2, 3), 409, "3\n"),
        (request(3, [], NumberedLog(forked_at=1).note(3)), 409, "3\n"),
        (request(7, [], HONEST.note(5)), 400, "the old size is larger than the checkpoint's\n"),
        (
            NumberedLog(forked_at=1).request(3, 7),
            422,
            "the consistency proof fails: the path leads to another earlier root\n",
        ),
        (request(3, [], HONEST.note(7)), 422, "the consistency proof fails: the path is empty\n"),
        (
            request(3, HONEST.path(3, 7)[:-1], HONEST.note(7)),
            422,
            "the consistency proof fails: the path is too short\n",
        ),
        (
            request(3, [*HONEST.path(3, 7), EMPTY_ROOT], HONEST.note(7)),
            422,
            "the consistency proof fails: the path is too long\n",
        ),
        (request(3, [EMPTY_ROOT], HONEST.note(3)), 422, "from this size on a proof is empty\n"),
        (NumberedLog(TestKey("stranger", 9)).request(3, 7), 404, "this witness does not know the log\n"),
        (
            NumberedLog(TestKey(LOG.name, 9)).request(3, 7),
            403,
            "no key of the log that this witness trusts has signed it\n",
        ),
        (
            request(3, HONEST.path(3, 7), Note(HONEST.checkpoint(7).text, HONEST.note(6).signatures)),
            403,
            "no key of the log that this witness trusts has signed it\n",
        ),
        (b"", 400, "a request is a line `old SIZE`, a line a hash, an empty line and a checkpoint\n"),
        (f"old 03\n\n{NOTE}".encode(), 400, "a request is a line `old SIZE`, a line a hash, an empty line and a "),
        (f"old -3\n\n{NOTE}".encode(), 400, "a request is a line"),
        (f"old  3\n\n{NOTE}".encode(), 400, "a request is a line"),
        (f"old ٣\n\n{NOTE}".encode(), 400, "a request is a line"),
        (f"old 3\r\n\r\n{NOTE}".encode(), 400, "a request is a line"),
        (f"old 3\nAAAA\n\n{NOTE}".encode(), 400, "a line of the proof is 32 bytes in base64\n"),
        (f"old 3\n{'A' * 42}B=\n\n{NOTE}".encode(), 400, "a line of the proof is 32 bytes in base64\n"),
        (f"old 3\n \n\n{NOTE}".encode(), 400, ""),
        (
            ("old 3\n" + ("A" * 43 + "=\n") * 64 + f"\n{NOTE}").encode(),
            400,
            "a consistency proof has at most 63 hashes\n",
        ),
        (b"old 3\n\n" + HONEST.checkpoint(7).text.encode(), 400, "the note has no signatures under its text\n"),
        (
            request(3, [], signed("not\na\ncheckpoint\n", LOG)),
            400,
            "the size of a checkpoint is a plain decimal number\n",
        ),
        (request(3, [], signed(HONEST.checkpoint(7).text + "\n\n", LOG)), 400, "no line of a checkpoint is empty\n"),
        (request(3, [], Checkpoint(LOG.name, 2**63, EMPTY_ROOT).signed(LOG)), 400, "no tree is so large\n"),
        (
            request(3, [], signed(HONEST.checkpoint(7).text + "x" * 5_000 + "\n", LOG)),
            400,
            "a checkpoint's text is at most",
        ),
        (b"old 3\n\n\xff", 400, "the request is not UTF-8\n"),
        (b"old 3\n\n" + b"x" * 70_000, 400, "the note is longer than"),
        (b"x" * 200_000, 400, "a request is at most 131072 bytes\n"),
    ],
)
def test_after_three_records_each_wrong_request_is_refused_for_its_own_reason(
    witness: Cosigning, body: bytes, status: int, said: str
) -> None:
    cosigned_note(witness, HONEST, 0, 3)
    memory = (witness._folder / "memory.json").read_bytes()
    reply = witness.add_checkpoint(body)

    assert (reply.status, reply.body[: len(said)]) == (status, said)
    assert reply.content_type == ("text/x.tlog.size" if status == HTTPStatus.CONFLICT else "text/plain; charset=utf-8")
    assert (witness._folder / "memory.json").read_bytes() == memory


@pytest.mark.parametrize("old", [0, 5, 9])
def test_two_signed_trees_of_one_size_are_proof_of_a_fork(witness: Cosigning, old: int) -> None:
    cosigned_note(witness, HONEST, 0, 9)
    reply = witness.add_checkpoint(request(old, [], FORKED.note(9)))

    assert (reply.status, reply.body, reply.fork) == (409, "9\n", str(FORKED.note(9)))
    assert not witness.add_checkpoint(HONEST.request(old, 12)).fork


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    cosigned_note(a_witness(tmp_path), HONEST, 0, 9)

    again = a_witness(tmp_path)
    assert again.last(LOG.name) == HONEST.checkpoint(9)
    assert again.add_checkpoint(FORKED.request(0, 12)).status == HTTPStatus.CONFLICT


def test_a_memory_that_is_gone_or_altered_stops_the_witness(tmp_path: Path) -> None:
    cosigned_note(a_witness(tmp_path), HONEST, 0, 9)
    memory = tmp_path / "memory.json"
    state = memory.read_text()
    for wrong in (
        state.replace("\\n9\\n", "\\n8\\n"),
        "[]",
        '{"a": 1}',
        "",
        state[:-9],
        state.replace(LOG.name, "x", 1),
    ):
        memory.write_text(wrong)
        with pytest.raises(StateLost, match="must not cosign again"):
            a_witness(tmp_path)
    memory.unlink()
    with pytest.raises(StateLost, match="is gone"):
        a_witness(tmp_path)


def test_only_one_process_has_the_folder(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(StateBusy), held(tmp_path):
        pass
    with held(tmp_path):
        assert (tmp_path / "lock").exists()


def test_of_racing_checkpoints_all_cosigned_ones_are_consistent(witness: Cosigning) -> None:
    """Twelve at once, honest and forked, each asking until it is cosigned or refused."""
    cosigned: list[Checkpoint] = []
    begin = threading.Barrier(12)

    def climb(log: NumberedLog, target: int) -> None:
        begin.wait()
        old = 0
        while old <= target:
            reply = witness.add_checkpoint(log.request(old, target))
            if reply.status == HTTPStatus.OK:
                cosigned.append(log.checkpoint(target))
            if reply.status != HTTPStatus.CONFLICT or int(reply.body) == old:
                return
            old = int(reply.body)

    forks = [HONEST, *(NumberedLog(forked_at=at) for at in (0, 20, 250))]
    climbers = [
        threading.Thread(target=climb, args=(log, target))
        for log, target in zip(forks * 3, (10, 40, 300, 600, 11, 41, 299, 599, 9, 39, 301, 598), strict=True)
    ]
    for thread in climbers:
        thread.start()
    for thread in climbers:
        thread.join()

    assert cosigned
    assert [one.size for one in cosigned] == sorted(one.size for one in cosigned)
    assert all(consistent(forks, one, other) for one, other in combinations(cosigned, 2))
    assert witness.last(LOG.name).size == cosigned[-1].size


def consistent(logs: list[NumberedLog], first: Checkpoint, second: Checkpoint) -> bool:
    """Whether one log has both; the logs of these tests have other leaves wherever they differ."""
    return any(log.checkpoint(first.size) == first and log.checkpoint(second.size) == second for log in logs)


@dataclass(frozen=True)
class Sent:
    """One request: which log's checkpoint, from which size its path is, and which old size it states."""

    log: int
    size: int
    path_from: int
    old: int
    flaw: str
    restart: bool


LOGS = [HONEST, FORKED, NumberedLog(forked_at=0), NumberedLog(forked_at=9)]
SENT = st.builds(
    Sent,
    log=st.integers(0, len(LOGS) - 1),
    size=st.sampled_from(SIZES),
    path_from=st.sampled_from(SIZES),
    old=st.sampled_from((-1, *SIZES)),
    flaw=st.sampled_from(["none"] * 6 + ["shorter", "longer", "altered", "wrong key", "cut"]),
    restart=st.booleans(),
)
FOLDERS = count()


def body_of(sent: Sent, now: int) -> bytes:
    """The request; an old size of -1 is the one that the witness has."""
    log, old = LOGS[sent.log], now if sent.old < 0 else sent.old
    path = log.path(old if sent.old < 0 else sent.path_from, sent.size)
    note = log.note(sent.size)
    if sent.flaw == "shorter":
        path = path[:-1]
    elif sent.flaw == "longer":
        path.append(bytes(HASH_BYTES))
    elif sent.flaw == "altered" and path:
        path[0] = bytes(HASH_BYTES)
    elif sent.flaw == "wrong key":
        note = log.checkpoint(sent.size).signed(TestKey(LOG.name, 99))
    body = request(old, path, note)
    return body[: len(body) // 2] if sent.flaw == "cut" else body


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(SENT, max_size=14))
def test_no_sequence_of_requests_gets_two_inconsistent_checkpoints_cosigned(
    tmp_path: Path, sequence: list[Sent]
) -> None:
    folder = tmp_path / str(next(FOLDERS))
    witness = a_witness(folder)
    cosigned: list[Checkpoint] = []
    for sent in sequence:
        if sent.restart:
            witness = a_witness(folder)
        reply = witness.add_checkpoint(body_of(sent, witness.last(LOG.name).size))
        if reply.status == HTTPStatus.OK:
            cosigned.append(LOGS[sent.log].checkpoint(sent.size))
            assert reply.body.startswith("— witness.example/w1 ")
        else:
            assert reply.status in {400, 403, 409, 422}

    assert [one.size for one in cosigned] == sorted(one.size for one in cosigned)
    assert all(consistent(LOGS, one, other) for one, other in combinations(cosigned, 2))


def pieces() -> Iterator[str]:
    yield from ("old 3\n", "old 0\n", "\n", "A" * 43 + "=\n", *HONEST.checkpoint(7).text.splitlines(keepends=True))
    yield from (str(HONEST.note(7)), str(HONEST.note(7).signatures[0]), "— x y\n", "\x00", "é\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(list(pieces())), st.text(max_size=9)), max_size=9), st.binary(max_size=3))
def test_every_request_gets_an_answer_of_the_specification(witness: Cosigning, parts: list[str], tail: bytes) -> None:
    reply = witness.add_checkpoint("".join(parts).encode() + tail)

    assert reply.status in {200, 400, 403, 404, 409, 422}
    assert reply.body.endswith("\n")
    assert head_of(HONEST.note(7)).size == 7
