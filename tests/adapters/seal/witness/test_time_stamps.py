"""A time stamp proves its checkpoint by a trusted root, and nothing else; a failing authority is another error."""

from __future__ import annotations

import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.x509 import Certificate
from hypothesis import given
from hypothesis import strategies as st

from adapters.seal.witness.time_stamps import (
    BadTimeStamp,
    NoRoots,
    NothingToStamp,
    NoTimeStamp,
    Stamp,
    asked,
    check_stored,
    checked,
    keep,
    newest_unstamped,
    roots_at,
    stamps,
)
from tests.adapters.seal.scenes import answering
from tests.adapters.seal.sealing_scene import SealingScene
from tests.sources import ROOT

GOLDEN = ROOT / "tests" / "golden"
TOKEN = (GOLDEN / "stamp" / "300.tsr").read_bytes()
NOTE = (GOLDEN / "log" / "300.checkpoint").read_text()
ROOTS = roots_at(GOLDEN / "stamp" / "root.pem")
OTHERS = roots_at(GOLDEN / "stamp" / "another-root.pem")
REPLY_TYPE = "application/timestamp-reply"
NONCE = 176_819_866_535_312_875
AT = datetime(2026, 11, 27, 7, 11, 50, tzinfo=UTC)
"""What an openssl authority once said of the golden log's last checkpoint."""
PINNED = "d6e3240c7209568f88f2a19e3f2a12f2a75ebed4c99d5249fa4b73c3e2553ebf"


def test_the_golden_time_stamp_still_proves_the_golden_checkpoint() -> None:
    assert sha256(TOKEN + NOTE.encode()).hexdigest() == PINNED
    assert checked(TOKEN, NOTE, ROOTS) == checked(TOKEN, NOTE, [*OTHERS, *ROOTS], NONCE) == AT


@pytest.mark.parametrize(
    ("token", "note", "roots", "nonce", "reason"),
    [
        (TOKEN, NOTE.replace("300", "301"), ROOTS, None, "Mismatch between messages"),
        (TOKEN, NOTE + "\n", ROOTS, None, "Mismatch between messages"),
        (TOKEN, NOTE, OTHERS, None, "Error while verifying certificates"),
        (TOKEN, NOTE, ROOTS, NONCE + 1, "Nonce mismatch"),
        (b"", NOTE, ROOTS, None, "it cannot be read"),
        (TOKEN + b"\0", NOTE, ROOTS, None, "it cannot be read"),
        (TOKEN[:-1], NOTE, ROOTS, None, "it cannot be read"),
        (bytes.fromhex("30053003020102"), NOTE, ROOTS, None, "the authority refused with status 2"),
        (bytes.fromhex("30053003020100"), NOTE, ROOTS, None, "it cannot be read"),
    ],
)
def test_a_token_that_does_not_prove_the_checkpoint_is_refused_for_its_own_reason(
    token: bytes, note: str, roots: list[Certificate], nonce: int | None, reason: str
) -> None:
    with pytest.raises(BadTimeStamp, match=reason):
        checked(token, note, roots, nonce)


@given(st.integers(0, len(TOKEN) * 8 - 1))
def test_a_token_with_one_bit_flipped_is_refused_or_says_exactly_the_same(bit: int) -> None:
    altered = bytearray(TOKEN)
    altered[bit // 8] ^= 1 << bit % 8
    # Some bits only say how the answer is wrapped, and no signature covers them.
    with suppress(BadTimeStamp):
        assert checked(bytes(altered), NOTE, ROOTS) == AT


@given(st.integers(0, len(TOKEN)), st.binary(max_size=200), st.integers(0, len(TOKEN)))
def test_an_altered_token_is_refused_or_says_exactly_the_same(at: int, put: bytes, on: int) -> None:
    token = TOKEN[:at] + put + TOKEN[on:]
    with suppress(BadTimeStamp):
        assert checked(token, NOTE, ROOTS) == AT


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, b"", "it answered with status 500"),
        (302, b"", "it answered with status 302"),
        (200, b"", "it cannot be read"),
        (200, b"x" * 70_000, "answer is longer than"),
        (200, TOKEN, "Nonce mismatch"),
    ],
)
def test_an_answer_that_is_no_time_stamp_of_this_question_is_not_taken(status: int, body: bytes, reason: str) -> None:
    with answering(lambda _: (status, REPLY_TYPE, body)) as url, pytest.raises(NoTimeStamp, match=reason):
        asked(url, NOTE, ROOTS, AT)


def test_an_unreachable_time_stamp_authority_is_reported_and_sealing_goes_on(scene: SealingScene) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        for _ in range(2):
            head = scene.record(3)
            assert scene.seal() >= head
            with scene.sealer() as sealer:
                newest = newest_unstamped(sealer._connection, url)
            assert newest is not None
            with pytest.raises(NoTimeStamp, match="the connection was refused"):
                asked(url, newest[1], ROOTS, AT)


def test_a_token_is_stored_once_and_checked_with_its_stored_fields(scene: SealingScene) -> None:
    with scene.sealer() as sealer:
        connection = sealer._connection
        with pytest.raises(NothingToStamp):
            newest_unstamped(connection, "http://tsa")
        scene.record(3)
        scene.seal()
        newest = newest_unstamped(connection, "http://tsa")
        assert newest is not None
        size, note = newest
        assert size == scene.seal()
        for _ in range(2):
            keep(connection, Stamp(size, "http://tsa", TOKEN, AT, note))
        assert newest_unstamped(connection, "http://tsa") is None
        assert newest_unstamped(connection, "http://another") == newest
        (stored,) = stamps(connection)
    assert stored == Stamp(size, "http://tsa", TOKEN, AT, note)
    with pytest.raises(BadTimeStamp, match="Mismatch between messages"):
        check_stored(stored, ROOTS)
    check_stored(Stamp(300, "http://tsa", TOKEN, AT, NOTE), ROOTS)
    with pytest.raises(BadTimeStamp, match="the stored time is"):
        check_stored(Stamp(300, "http://tsa", TOKEN, AT + timedelta(seconds=1), NOTE), ROOTS)


def test_a_file_without_certificates_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "broken").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for name in ("empty", "broken", "missing", "."):
        with pytest.raises(NoRoots, match="holds no certificates"):
            roots_at(tmp_path / name)
