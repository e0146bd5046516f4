"""Asks the witnesses of a policy to cosign (C2SP tlog-witness, as client): all at once, and not for long."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import BadSignature, NotANote, Note, Signature
from adapters.seal.witness.http_client import Answer, Line, NoAnswer
from adapters.seal.witness.policy import Witness, WitnessPolicy
from adapters.seal.witness.submission import PATH, SIZE_TYPE, TEXT, request
from domain.errors import ErrorKind, RigsbogError

EXCHANGE_SECONDS_MAX = 5.0
"""For one question to one witness."""
ASKING_SECONDS_MAX = 10.0
"""For all of it."""
GRACE_SECONDS = 0.1
"""How long the others are still listened to when there are enough: a slow witness holds nothing up."""
ANSWER_BYTES_MAX = 64 * 2**10
TURNS_MAX = 3
"""Questions to one witness for one checkpoint: a witness that tells another size each time is not asked for ever."""
CLOCK_OFF_SECONDS_MAX = 3_600
TOLD_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
OK, CONFLICT, UNPROCESSABLE = 200, 409, 422

Path = Callable[[int], list[bytes]]
"""The consistency path from an earlier size to the checkpoint's."""


class NotEnoughWitnesses(RigsbogError):
    """Too few witnesses have cosigned; the message says who did not, and why."""

    kind = ErrorKind.BUSY


class ForkSeen(RigsbogError):
    """A witness has cosigned what this ledger does not hold: it was set back or forked, and must not be sealed."""

    kind = ErrorKind.CORRUPT

    def __init__(self, message: str, size: int) -> None:
        super().__init__(message)
        self.size = size
        """How many records the witness has seen at least."""


class NoQuorumPossible(RigsbogError):
    """The policy's quorum needs witnesses that have no URL, and so cannot be asked."""

    kind = ErrorKind.CONFIGURATION


class _Refused(RigsbogError):
    """This witness does not cosign; the message says why."""

    kind = ErrorKind.REFUSED


@dataclass(frozen=True)
class _Question:
    """What a witness was asked, and its answer, which may still be under way."""

    checkpoint: Checkpoint
    old_size: int
    answer: Future[Answer]


@dataclass
class _Asked:
    """One witness: the line to it, the size that it cosigned last as far as we know, and what came of asking."""

    witness: Witness
    line: Line
    size: int = 0
    turns: int = 0
    question: _Question | None = None
    cosigned: Checkpoint | None = None
    signatures: tuple[Signature, ...] = ()
    refusal: str = ""


@dataclass
class Witnesses:
    """The witnesses of a policy; for one caller at a time. Call it with a checkpoint, its note and its paths."""

    policy: WitnessPolicy
    clock: Callable[[], float] = time.time
    exchange_seconds_max: float = EXCHANGE_SECONDS_MAX
    grace_seconds: float = GRACE_SECONDS
    _asked: list[_Asked] = field(default_factory=list, init=False)
    _threads: ThreadPoolExecutor | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        reachable = [one for one in self.policy.witnesses if one.url is not None]
        if not self.policy.enough([one.name for one in reachable]):
            raise NoQuorumPossible(
                "The witness policy's quorum cannot be reached: give a URL to each witness that is to be asked."
            )
        for one in reachable:
            url = f"{(one.url or '').rstrip('/')}{PATH}"
            self._asked.append(_Asked(one, Line(url, self.exchange_seconds_max, ANSWER_BYTES_MAX)))
        if reachable:
            self._threads = ThreadPoolExecutor(len(reachable), "witness")

    def __call__(self, checkpoint: Checkpoint, note: Note, path: Path) -> list[Signature]:
        """Cosignatures of as many witnesses as the policy needs, and of whoever else was quick.

        Raises NotEnoughWitnesses or ForkSeen. `path` is called in the caller's own thread.
        """
        deadline = time.monotonic() + ASKING_SECONDS_MAX
        for one in self._free(checkpoint):
            self._ask(one, checkpoint, note, path)
        while waited_for := self._waited_for(checkpoint):
            if self._enough(checkpoint):
                deadline = min(deadline, time.monotonic() + self.grace_seconds)
            done, _ = wait(waited_for, max(0.0, deadline - time.monotonic()), FIRST_COMPLETED)
            if not done:
                break
            for one in (waited_for[answer] for answer in done):
                if self._hear(one):
                    self._ask(one, checkpoint, note, path)
        if not self._enough(checkpoint):
            raise NotEnoughWitnesses(self._why_not(checkpoint))
        return [signature for one in self._asked if one.cosigned == checkpoint for signature in one.signatures]

    def close(self) -> None:
        """Hang up; what is under way is not waited for longer than one exchange may take."""
        if self._threads is not None:
            self._threads.shutdown()
        for one in self._asked:
            one.line.close()

    def _free(self, checkpoint: Checkpoint) -> Iterator[_Asked]:
        """Whoever is to be asked and not busy; a late answer is heard first, for it may tell of a fork."""
        for one in self._asked:
            if one.question is not None and one.question.answer.done():
                self._hear(one)
            one.refusal = "it is busy with an earlier checkpoint"
            if one.question is None and one.cosigned != checkpoint:
                one.turns = TURNS_MAX
                yield one

    def _ask(self, one: _Asked, checkpoint: Checkpoint, note: Note, path: Path) -> None:
        assert self._threads is not None, "whoever has a URL has a thread"
        if one.size > checkpoint.size:
            raise _forked(one, one.size, checkpoint.size)
        one.turns -= 1
        one.refusal = "it did not answer in time"
        hashes = path(one.size) if 0 < one.size < checkpoint.size else []
        body = request(one.size, hashes, note)
        one.question = _Question(checkpoint, one.size, self._threads.submit(one.line.post, body, TEXT))

    def _hear(self, one: _Asked) -> bool:
        """Take an answer in; True when the witness told a size from which to ask once more. Raises ForkSeen."""
        question, one.question = one.question, None
        assert question is not None, "only an answer to a question is heard"
        try:
            if not self._take(one, question, question.answer.result()):
                return False
            one.refusal = "it tells another size each time"
        except (NoAnswer, _Refused) as error:
            one.refusal = str(error)
            return False
        return one.turns > 0

    def _take(self, one: _Asked, question: _Question, answer: Answer) -> bool:
        ours, old = question.checkpoint.size, question.old_size
        if answer.status == OK:
            one.signatures = self._verified(one, question.checkpoint.text, answer.body)
            one.cosigned, one.size = question.checkpoint, ours
            return False
        if answer.status == UNPROCESSABLE:
            raise ForkSeen(
                f"the witness {one.witness.name} finds no consistency from {old} to {ours} records, so what it "
                "cosigned is not in this ledger, which was set back or forked",
                old,
            )
        if answer.status != CONFLICT:
            raise _Refused(f"it answered with status {answer.status}")
        told = TOLD_SIZE.fullmatch(answer.body) if answer.content_type == SIZE_TYPE else None
        # Some name no size when only the roots of one size differ; then it is the size that they were told.
        size = int(told[1]) if told is not None else old
        if size > ours or size == old == ours:
            raise _forked(one, size, ours)
        if size == old:
            raise _Refused("it names a conflict, and no other size")
        one.size = size
        return True

    def _verified(self, one: _Asked, text: str, body: bytes) -> tuple[Signature, ...]:
        try:
            note = Note.read(f"{text}\n{body.decode()}")
            times = note.times(one.witness.key)
        except (UnicodeDecodeError, NotANote) as error:
            raise _Refused("its answer holds no signature lines") from error
        except BadSignature as error:
            raise _Refused("its cosignature does not verify") from error
        if note.text != text or not times:
            raise _Refused("its answer is not signed by the key that the policy names")
        if any(abs(at - self.clock()) > CLOCK_OFF_SECONDS_MAX for at in times):
            raise _Refused("the time in its cosignature is more than an hour off")
        return tuple(signature for signature in note.signatures if signature.is_by(one.witness.key))[:1]

    def _waited_for(self, checkpoint: Checkpoint) -> dict[Future[Answer], _Asked]:
        questions = ((one.question, one) for one in self._asked)
        return {asked.answer: one for asked, one in questions if asked is not None and asked.checkpoint == checkpoint}

    def _enough(self, checkpoint: Checkpoint) -> bool:
        return self.policy.enough([one.witness.name for one in self._asked if one.cosigned == checkpoint])

    def _why_not(self, checkpoint: Checkpoint) -> str:
        refusals = [f"{one.witness.name}: {one.refusal}" for one in self._asked if one.cosigned != checkpoint]
        silent = [f"{one.name}: it has no URL" for one in self.policy.witnesses if one.url is None]
        reasons = "; ".join(refusals + silent)
        return f"Too few witnesses have cosigned ({reasons}): nothing is published until they do."


def _forked(one: _Asked, size: int, ours: int) -> ForkSeen:
    other = "another tree" if size == ours else "a larger tree"
    return ForkSeen(
        f"the witness {one.witness.name} has cosigned {other} of {size} records, and this ledger has {ours}, so it was "
        "set back or forked",
        size,
    )
