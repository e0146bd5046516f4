"""Asks the witnesses of a policy to cosign (C2SP tlog-witness, client): all at once, within a short time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import BadSignature, NotANote, Note, Signature
from adapters.seal.witness.http_client import Answer, NoAnswer, post
from adapters.seal.witness.policy import Witness, WitnessPolicy
from adapters.seal.witness.submission import PATH, SIZE_TYPE, TEXT, request
from domain.errors import ErrorKind, RigsbogError

EXCHANGE_SECONDS_MAX = 5.0
"""For one request to one witness."""
ASKING_SECONDS_MAX = 10.0
"""For all witnesses together."""
GRACE_SECONDS = 0.1
"""How long to wait for further witnesses once the quorum is reached: a slow witness delays nothing."""
ANSWER_BYTES_MAX = 64 * 2**10
REQUESTS_MAX = 3
"""Requests to one witness for one checkpoint: after these, a witness that names another size each time is skipped."""
CLOCK_OFF_SECONDS_MAX = 3_600
SIZE_LINE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
OK, CONFLICT, UNPROCESSABLE = 200, 409, 422

Path = Callable[[int], list[bytes]]
"""The consistency path from an earlier size to the checkpoint's."""


class NotEnoughWitnesses(RigsbogError):
    """Too few witnesses have cosigned: check that each can be reached, then seal again."""

    kind = ErrorKind.BUSY

    def __init__(self, reasons: str, not_done: str = "published") -> None:
        super().__init__(f"Too few witnesses have cosigned ({reasons}): nothing is {not_done} until they do.")
        self.reasons = reasons
        """Each witness that does not count, and why."""


class ForkSeen(RigsbogError):
    """A witness has cosigned what this ledger does not hold: the ledger was restored or forked; do not seal it."""

    kind = ErrorKind.CORRUPT

    def __init__(self, message: str, size: int) -> None:
        super().__init__(message)
        self.size = size
        """How many records the witness has seen at least."""


class NoQuorumPossible(RigsbogError):
    """The witness policy's quorum needs witnesses that have no URL: give each of them a URL in the policy."""

    kind = ErrorKind.CONFIGURATION


class _Refused(RigsbogError):
    """This witness does not cosign; the message says why."""

    kind = ErrorKind.REFUSED


@dataclass(frozen=True)
class _Request:
    checkpoint: Checkpoint
    old_size: int
    answer: Future[Answer]


@dataclass
class _WitnessState:
    """One witness: the last size that it is known to have cosigned, and the outcome of the last request."""

    witness: Witness
    url: str
    size: int = 0
    requests_left: int = 0
    request: _Request | None = None
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
    _states: list[_WitnessState] = field(default_factory=list, init=False)
    _threads: ThreadPoolExecutor | None = field(default=None, init=False)
    _asked_before: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        for witness in self.policy.witnesses:
            if witness.url is not None:
                self._states.append(_WitnessState(witness, f"{witness.url.rstrip('/')}{PATH}"))
        if not self.policy.enough([state.witness.name for state in self._states]):
            raise NoQuorumPossible(
                "The witness policy's quorum cannot be reached: give a URL to each witness that is to be asked."
            )
        if self._states:
            self._threads = ThreadPoolExecutor(len(self._states), "witness")

    def __call__(self, checkpoint: Checkpoint, note: Note, path: Path) -> list[Signature]:
        """Cosignatures of as many witnesses as the policy needs, and of all others that answered in the meantime.

        At the first call all are waited for, because perhaps only one of them knows of a fork.
        Raises NotEnoughWitnesses or ForkSeen. `path` is called in the caller's own thread.
        """
        deadline = time.monotonic() + ASKING_SECONDS_MAX
        grace_seconds = self.grace_seconds if self._asked_before else self.exchange_seconds_max
        for state in self._free(checkpoint):
            self._ask(state, checkpoint, note, path)
        while pending := self._pending(checkpoint):
            if self._enough(checkpoint):
                deadline = min(deadline, time.monotonic() + grace_seconds)
            done, _ = wait(pending, max(0.0, deadline - time.monotonic()), FIRST_COMPLETED)
            if not done:
                break
            for state in (pending[answer] for answer in done):
                if self._take_answer(state):
                    self._ask(state, checkpoint, note, path)
        self._asked_before = True
        if not self._enough(checkpoint):
            raise NotEnoughWitnesses(self._why_not(checkpoint))
        return [signature for state in self._states if state.cosigned == checkpoint for signature in state.signatures]

    def close(self) -> None:
        """Wait for the requests under way, for no longer than one exchange may take."""
        if self._threads is not None:
            self._threads.shutdown()

    def _free(self, checkpoint: Checkpoint) -> Iterator[_WitnessState]:
        """The witnesses that are not busy; a late answer is read first, because it may report a fork."""
        for state in self._states:
            if state.request is not None and state.request.answer.done():
                self._take_answer(state)
            state.refusal = "it is busy with an earlier checkpoint"
            if state.request is None and state.cosigned != checkpoint:
                state.requests_left = REQUESTS_MAX
                yield state

    def _ask(self, state: _WitnessState, checkpoint: Checkpoint, note: Note, path: Path) -> None:
        assert self._threads is not None, "there is a thread for each witness with a URL"
        if state.size > checkpoint.size:
            raise _forked(state, state.size, checkpoint.size)
        state.requests_left -= 1
        state.refusal = "it did not answer in time"
        hashes = path(state.size) if 0 < state.size < checkpoint.size else []
        body = request(state.size, hashes, note)
        answer = self._threads.submit(
            post, state.url, body, TEXT, seconds_max=self.exchange_seconds_max, bytes_max=ANSWER_BYTES_MAX
        )
        state.request = _Request(checkpoint, state.size, answer)

    def _take_answer(self, state: _WitnessState) -> bool:
        """Take an answer; True when the witness named a size from which to ask once more. Raises ForkSeen."""
        answered, state.request = state.request, None
        assert answered is not None, "only the answer to a request is taken"
        try:
            if not self._take(state, answered, answered.answer.result()):
                return False
            state.refusal = "it names another size each time"
        except (NoAnswer, _Refused) as error:
            state.refusal = str(error)
            return False
        return state.requests_left > 0

    def _take(self, state: _WitnessState, answered: _Request, answer: Answer) -> bool:
        own_size, old = answered.checkpoint.size, answered.old_size
        if answer.status == OK:
            state.signatures = self._verified(state, answered.checkpoint.text, answer.body)
            state.cosigned, state.size = answered.checkpoint, own_size
            return False
        if answer.status == UNPROCESSABLE:
            raise ForkSeen(
                f"the witness {state.witness.name} finds no consistency from {old} to {own_size} records, so what it "
                "cosigned is not in this ledger, which was restored from an older backup or forked",
                old,
            )
        if answer.status != CONFLICT:
            raise _Refused(f"it answered with status {answer.status}")
        match = SIZE_LINE.fullmatch(answer.body) if answer.content_type == SIZE_TYPE else None
        # Some witnesses name no size when only the roots of one size differ; then it is the size of the request.
        size = int(match[1]) if match is not None else old
        if size > own_size or size == old == own_size:
            raise _forked(state, size, own_size)
        if size == old:
            raise _Refused("it names a conflict, and no other size")
        state.size = size
        return True

    def _verified(self, state: _WitnessState, text: str, body: bytes) -> tuple[Signature, ...]:
        try:
            note = Note.read(f"{text}\n{body.decode()}")
            times = note.times(state.witness.key)
        except (UnicodeDecodeError, NotANote) as error:
            raise _Refused("its answer holds no signature lines") from error
        except BadSignature as error:
            raise _Refused("its cosignature does not verify") from error
        if note.text != text or not times:
            raise _Refused("its answer is not signed by the key that the policy names")
        if any(abs(at - self.clock()) > CLOCK_OFF_SECONDS_MAX for at in times):
            raise _Refused("the time in its cosignature is more than an hour off")
        return tuple(signature for signature in note.signatures if signature.is_by(state.witness.key))[:1]

    def _pending(self, checkpoint: Checkpoint) -> dict[Future[Answer], _WitnessState]:
        requests = ((state.request, state) for state in self._states)
        return {
            asked.answer: state for asked, state in requests if asked is not None and asked.checkpoint == checkpoint
        }

    def _enough(self, checkpoint: Checkpoint) -> bool:
        return self.policy.enough([state.witness.name for state in self._states if state.cosigned == checkpoint])

    def _why_not(self, checkpoint: Checkpoint) -> str:
        refusals = [f"{state.witness.name}: {state.refusal}" for state in self._states if state.cosigned != checkpoint]
        silent = [f"{witness.name}: it has no URL" for witness in self.policy.witnesses if witness.url is None]
        return "; ".join(refusals + silent)


def _forked(state: _WitnessState, size: int, own_size: int) -> ForkSeen:
    other = "another tree" if size == own_size else "a larger tree"
    return ForkSeen(
        f"the witness {state.witness.name} has cosigned {other} of {size} records, and this ledger has {own_size}, so "
        "it was restored from an older backup or forked",
        size,
    )
