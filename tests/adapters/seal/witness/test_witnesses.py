"""A checkpoint is cosigned by as many witnesses as the policy needs; a refusing one is named, and a fork stops all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.seal.formats.note import Kind, cosigned
from adapters.seal.witness.client import ForkSeen, NoQuorumPossible, NotEnoughWitnesses, Witnesses
from adapters.seal.witness.cosigning import Cosigning
from adapters.seal.witness.policy import WitnessPolicy
from adapters.seal.witness.server import WitnessServer
from tests.adapters.seal.formats.test_note import TestKey
from tests.adapters.seal.scenes import HONEST, NumberedLog, a_witness, answering, ask, policy_of, served, serving

pytestmark = pytest.mark.slow

ODD = TestKey("witness.example/odd", 60, Kind.WITNESS)
SIZE_TYPE = "text/x.tlog.size"


@contextmanager
def asking(policy: WitnessPolicy, **settings: Any) -> Iterator[Witnesses]:
    witnesses = Witnesses(policy, **settings)
    try:
        yield witnesses
    finally:
        witnesses.close()


@contextmanager
def three(tmp_path: Path, quorum: str) -> Iterator[tuple[Witnesses, list[Cosigning]]]:
    """Three witnesses that serve, and their client."""
    with ExitStack() as stack:
        own = [a_witness(tmp_path / name, f"witness.example/{name}") for name in ("a", "b", "c")]
        urls = [stack.enter_context(served(one)) for one in own]
        named = {name: (one._signer.key, url) for name, one, url in zip("abc", own, urls, strict=True)}
        yield stack.enter_context(asking(policy_of(quorum, **named), grace_seconds=5.0)), own


@contextmanager
def asking_one(answer: Callable[[bytes], tuple[int, str, bytes]]) -> Iterator[Witnesses]:
    """The odd witness, and a client that needs it."""
    with answering(answer) as url, asking(policy_of("all", odd=(ODD.key, url))) as witnesses:
        yield witnesses


def test_all_witnesses_are_asked_and_the_note_has_their_cosignatures(tmp_path: Path) -> None:
    with three(tmp_path, "all") as (witnesses, own):
        for size in (3, 3, 200, 600):
            note = HONEST.note(size).with_signatures(ask(witnesses, HONEST, size))
            assert all(note.times(one.key) for one in witnesses.policy.witnesses)
        assert {one.last(HONEST.signer.name).size for one in own} == {600}


def test_a_witness_that_knows_more_or_less_than_remembered_is_asked_again_from_there(tmp_path: Path) -> None:
    with three(tmp_path, "all") as (witnesses, own):
        for witness, size in zip(own, (1, 5, 9), strict=True):
            witness.add_checkpoint(HONEST.request(0, size))
        requests: list[int] = []

        def path(earlier: int) -> list[bytes]:
            requests.append(earlier)
            assert threading.current_thread() is threading.main_thread()
            return HONEST.path(earlier, 9)

        assert len(witnesses(HONEST.checkpoint(9), HONEST.note(9), path)) == 3
        assert sorted(requests) == [1, 5]


def test_witnesses_that_are_away_are_not_missed_when_there_are_enough(tmp_path: Path) -> None:
    own = a_witness(tmp_path / "a")
    with served(own) as url, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        policy = policy_of("1", here=(own._signer.key, url), away=(ODD.key, away))
        with asking(policy) as witnesses:
            assert len(ask(witnesses, HONEST, 3)) == 1


def test_a_witness_that_is_silent_holds_the_others_up_no_longer_than_the_grace(tmp_path: Path) -> None:
    own = a_witness(tmp_path / "a")
    with served(own) as url, socket.create_server(("127.0.0.1", 0)) as silent:
        policy = policy_of(
            "1", here=(own._signer.key, url), silent=(ODD.key, f"http://127.0.0.1:{silent.getsockname()[1]}")
        )
        with asking(policy, exchange_seconds_max=1.0) as witnesses:
            begun = time.monotonic()
            assert len(ask(witnesses, HONEST, 3)) == 1
            assert 1.0 <= time.monotonic() - begun < 2.0, "at the first checkpoint, all are waited for"
            for size in range(4, 14):
                assert len(ask(witnesses, HONEST, size)) == 1
            assert time.monotonic() - begun < 4.0


def test_too_few_witnesses_are_named_with_their_reasons(tmp_path: Path) -> None:
    own = a_witness(tmp_path / "a")
    stranger = a_witness(tmp_path / "s", "witness.example/s", logs=())
    with ExitStack() as stack:
        nobody = stack.enter_context(socket.socket())
        nobody.bind(("127.0.0.1", 0))
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        policy = policy_of(
            "3",
            here=(own._signer.key, stack.enter_context(served(own))),
            stranger=(stranger._signer.key, stack.enter_context(served(stranger))),
            away=(ODD.key, f"http://127.0.0.1:{nobody.getsockname()[1]}"),
            silent=(TestKey("silent", 61, Kind.WITNESS).key, f"http://127.0.0.1:{silent.getsockname()[1]}"),
        )
        witnesses = stack.enter_context(asking(policy, exchange_seconds_max=2.0))
        with pytest.raises(NotEnoughWitnesses) as refused:
            ask(witnesses, HONEST, 3)
    assert str(refused.value) == (
        "Too few witnesses have cosigned (stranger: it answered with status 404; away: the connection was refused; "
        "silent: it did not answer in time): nothing is published until they do."
    )


def test_a_witness_that_returns_is_asked_from_its_last_size(tmp_path: Path) -> None:
    own = a_witness(tmp_path / "a")
    with socket.socket() as unused:
        unused.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with asking(policy_of("all", a=(own._signer.key, url))) as witnesses:
        with pytest.raises(NotEnoughWitnesses, match="the connection was refused"):
            ask(witnesses, HONEST, 3)
        own.add_checkpoint(HONEST.request(0, 2))
        with served_at(own, url):
            assert len(ask(witnesses, HONEST, 5)) == 1


@contextmanager
def served_at(witness: Cosigning, url: str) -> Iterator[None]:
    server = WitnessServer(("127.0.0.1", int(url.rpartition(":")[2])), witness, lambda *_, **__: None)
    with serving(server):
        yield


@pytest.mark.parametrize(
    ("seen", "ours", "reason"),
    [
        ((HONEST, 12), (HONEST, 9), "a larger tree of 12 records, and this ledger has 9"),
        ((HONEST, 9), (NumberedLog(forked_at=5), 9), "another tree of 9 records"),
        ((HONEST, 9), (NumberedLog(forked_at=5), 12), "finds no consistency from 9 to 12 records"),
    ],
)
def test_a_ledger_that_was_set_back_or_forked_is_reported(
    tmp_path: Path, seen: tuple[NumberedLog, int], ours: tuple[NumberedLog, int], reason: str
) -> None:
    with three(tmp_path, "any") as (witnesses, own):
        own[1].add_checkpoint(seen[0].request(0, seen[1]))
        with pytest.raises(ForkSeen, match=reason):
            ask(witnesses, *ours)


def test_a_fork_that_a_slow_witness_reports_late_stops_the_next_checkpoint(tmp_path: Path) -> None:
    own = a_witness(tmp_path / "a")

    delays: list[float] = []

    def slow(body: bytes) -> tuple[int, str, bytes]:
        time.sleep(sum(delays))
        return (409, SIZE_TYPE, b"500\n") if delays else (503, "text/plain", b"")

    with served(own) as url, answering(slow) as late:
        policy = policy_of("1", here=(own._signer.key, url), late=(ODD.key, late))
        with asking(policy, grace_seconds=0.0) as witnesses:
            assert len(ask(witnesses, HONEST, 3)) == 1
            delays.append(0.4)
            assert len(ask(witnesses, HONEST, 4)) == 1
            time.sleep(1.5)
            with pytest.raises(ForkSeen) as seen:
                ask(witnesses, HONEST, 5)
    assert seen.value.size == 500


def cosignature(time_is: float, signer: TestKey = ODD, size: int = 3) -> bytes:
    return str(cosigned(HONEST.checkpoint(size).text, signer, int(time_is))).encode()


FALSE_NAME = TestKey("witness.example/odd", 62, Kind.WITNESS)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, "text/plain", cosignature(time.time(), size=4)), "its cosignature does not verify"),
        ((200, "text/plain", cosignature(time.time(), FALSE_NAME)), "not signed by the key that the policy names"),
        ((200, "text/plain", cosignature(time.time() - 7_200)), "more than an hour off"),
        ((200, "text/plain", cosignature(time.time() + 7_200)), "more than an hour off"),
        ((200, "text/plain", cosignature(2**62)), "more than an hour off"),
        ((200, "text/plain", b""), "holds no signature lines"),
        ((200, "text/plain", b"\xff\n"), "holds no signature lines"),
        ((200, "text/plain", b"x\n\n" + cosignature(time.time())), "not signed by the key|does not verify"),
        ((200, "text/plain", b"x" * 100_000), "answer is longer than"),
        ((409, SIZE_TYPE, b"0\n"), "names a conflict, and no other size"),
        ((409, SIZE_TYPE, b"1"), "names a conflict, and no other size"),
        ((409, "text/html", b"1\n"), "names a conflict, and no other size"),
        ((500, "text/plain", b""), "it answered with status 500"),
        ((302, "text/plain", b""), "it answered with status 302"),
        ((204, "text/plain", b""), "it answered with status 204"),
    ],
)
def test_a_witness_that_answers_wrongly_does_not_count(answer: tuple[int, str, bytes], reason: str) -> None:
    with asking_one(lambda body: answer) as witnesses, pytest.raises(NotEnoughWitnesses, match=reason):
        ask(witnesses, HONEST, 3)


def test_a_witness_that_answers_another_size_each_time_is_asked_a_few_times_only() -> None:
    requests: list[bytes] = []

    def fickle(body: bytes) -> tuple[int, str, bytes]:
        requests.append(body)
        return 409, SIZE_TYPE, f"{1 + len(requests) % 2}\n".encode()

    with asking_one(fickle) as witnesses, pytest.raises(NotEnoughWitnesses, match="another size each time"):
        ask(witnesses, HONEST, 3)
    assert len(requests) == 3


@pytest.mark.parametrize(
    ("begin", "again", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n", "it did not answer in time"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x", "it did not answer in time"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 20_000, "its answer is longer than 65536 bytes"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", b"x" * 20_000, "its answer is longer than 65536 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok", b"", "no signature lines"),
    ],
)
def test_a_witness_that_drips_or_never_ends_is_cut_off(begin: bytes, again: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with suppress(OSError), line:
                line.sendall(begin)
                for _ in range(500):
                    line.sendall(again)
                    time.sleep(0.01)

        threading.Thread(target=drip, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with asking(policy_of("all", odd=(ODD.key, url)), exchange_seconds_max=0.3) as witnesses:
            begun = time.monotonic()
            with pytest.raises(NotEnoughWitnesses, match=reason):
                ask(witnesses, HONEST, 3)
            assert time.monotonic() - begun < 2


def test_a_policy_whose_quorum_nobody_can_be_asked_for_is_refused_at_once() -> None:
    with pytest.raises(NoQuorumPossible):
        Witnesses(policy_of("all", odd=(ODD.key, None)))
    assert Witnesses(WitnessPolicy.read(b"quorum none\n"))(HONEST.checkpoint(3), HONEST.note(3), lambda _: []) == []


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([200, 200, 409, 404, 503]),
    st.sampled_from([SIZE_TYPE, "text/plain"]),
    st.one_of(st.binary(max_size=60), st.just(cosignature(0)), st.integers(0, 3).map(lambda n: f"{n}\n".encode())),
)
def test_every_wrong_answer_of_a_witness_is_refused_or_recognised_as_a_fork(
    status: int, kind: str, body: bytes
) -> None:
    with asking_one(lambda _: (status, kind, body)) as witnesses, pytest.raises((NotEnoughWitnesses, ForkSeen)):
        ask(witnesses, HONEST, 3)
