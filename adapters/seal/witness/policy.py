"""Trust policies (C2SP tlog-policy): which logs and which witnesses are known, and how many of them are enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from adapters.seal.formats.note import Key, Kind, NotAKey
from adapters.seal.witness.http_client import sound_url
from domain.errors import ErrorKind, RigsbogError

POLICY_BYTES_MAX = 256 * 2**10
NAMED_MAX = 1_024
"""Logs, witnesses or groups in one policy."""
NONE = "none"
"""The quorum that needs no witness."""
THRESHOLD = re.compile(r"[1-9][0-9]{0,9}")
BLANKS = re.compile(r"[ \t]+")
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
ANY, ALL = "any", "all"


class NotAPolicy(RigsbogError):
    """The file is no witness policy: correct the line that the message names."""

    kind = ErrorKind.CONFIGURATION


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log whose checkpoints are taken."""

    key: Key
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness under the name that the policy gives it, and where checkpoints are submitted to it."""

    name: str
    key: Key
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Members, witnesses or groups, of whom some are enough."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    logs: tuple[PolicyLog, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    """Each after the groups that it names."""
    quorum: str

    @classmethod
    def read(cls, written: bytes) -> WitnessPolicy:
        """Read a policy file; raises NotAPolicy."""
        if len(written) > POLICY_BYTES_MAX:
            raise NotAPolicy(f"The policy is longer than {POLICY_BYTES_MAX} bytes.")
        # Octets are opaque to the policy's syntax, and so bytes that are no UTF-8 keep their difference.
        lines = written.decode("utf-8", "surrogateescape").split("\n")
        if lines.pop():
            raise NotAPolicy(f"Line {len(lines) + 1} of the policy has no end: the file is cut short.")
        reading = _Reading()
        for number, line in enumerate(lines, 1):
            try:
                reading.take(line)
            except (_Wrong, NotAKey) as error:
                raise NotAPolicy(f"Line {number} of the policy: {error}.") from error
        if reading.quorum is None:
            raise NotAPolicy("The policy has no line `quorum`: add `quorum none`, or name a witness or a group.")
        return cls(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)

    @classmethod
    def at(cls, path: Path) -> WitnessPolicy:
        """Read the file; raises NotAPolicy or OSError."""
        return cls.read(path.read_bytes())

    def enough(self, cosigned: Collection[str]) -> bool:
        """Whether the witnesses of these names, having cosigned, are a quorum."""
        if self.quorum == NONE:
            return True
        satisfied = {witness.name for witness in self.witnesses if witness.name in cosigned}
        for group in self.groups:
            if sum(member in satisfied for member in group.members) >= group.needed:
                satisfied.add(group.name)
        return self.quorum in satisfied


class _Wrong(RigsbogError):
    """What a line says cannot be; the reader adds the line's number."""

    kind = ErrorKind.CONFIGURATION


@dataclass
class _Reading:
    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        if FORBIDDEN.search(line.encode("utf-8", "surrogateescape")):
            raise _Wrong("it holds a control character")
        words = [word for word in BLANKS.split(line) if word]
        if not words or words[0].startswith("#"):
            return
        kinds: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if words[0] not in kinds:
            raise _Wrong("it begins with none of log, witness, group, quorum")
        kinds[words[0]](words[1:])

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise _Wrong("a log is written `log VKEY [URL]`")
        key = _key(words[0], Kind.LOG)
        if any(log.key.public == key.public for log in self.logs):
            raise _Wrong("this log's key is on an earlier line too")
        _room(self.logs)
        self.logs.append(PolicyLog(key, _url(words[1]) if words[1:] else None))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise _Wrong("a witness is written `witness NAME VKEY [URL]`")
        key = _key(words[1], Kind.WITNESS)
        if any(witness.key.public == key.public for witness in self.witnesses):
            raise _Wrong("this witness's key is on an earlier line too")
        _room(self.witnesses)
        url = _url(words[2]) if words[2:] else None
        self.witnesses.append(Witness(self._new(words[0]), key, url))

    def _group(self, words: list[str]) -> None:
        name, rule, *members = [*words, "", ""][: max(2, len(words))]
        if not (name and rule and members):
            raise _Wrong("a group is written `group NAME any|all|NUMBER MEMBER...`")
        for member in members:
            self._known(member)
            if member in self.members:
                raise _Wrong(f"{_shown(member)} is a member already: each name is one of one group, once")
            self.members.add(member)
        if not (rule in (ANY, ALL) or THRESHOLD.fullmatch(rule)):
            raise _Wrong("a group needs `any`, `all` or a number of its members")
        needed = {ANY: 1, ALL: len(members)}.get(rule) or int(rule)
        if needed > len(members):
            raise _Wrong(f"the group needs {needed} of its {len(members)} members")
        _room(self.groups)
        self.groups.append(Group(self._new(name), needed, tuple(members)))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1:
            raise _Wrong("the quorum is written `quorum NAME`, or `quorum none`")
        if self.quorum is not None:
            raise _Wrong("the quorum is on an earlier line too")
        if words[0] != NONE:
            self._known(words[0])
        self.quorum = words[0]

    def _new(self, name: str) -> str:
        if name == NONE:
            raise _Wrong(f"`{NONE}` is the quorum that needs no witness, and no name")
        if name in self.names:
            raise _Wrong(f"{_shown(name)} is named on an earlier line too")
        self.names.add(name)
        return name

    def _known(self, name: str) -> None:
        if name not in self.names:
            raise _Wrong(f"{_shown(name)} is named on no earlier line")


def _room(taken: Collection[object]) -> None:
    if len(taken) >= NAMED_MAX:
        raise _Wrong(f"a policy has at most {NAMED_MAX} of a kind")


def _key(word: str, kind: Kind) -> Key:
    try:
        key = Key.read(word)
    except UnicodeEncodeError as error:
        raise _Wrong("the name in the vkey is not UTF-8") from error
    if key.kind is not kind:
        raise _Wrong(f"the vkey of {key.name} is of kind {key.kind:#04x}; a {kind.name.lower()}'s is {kind:#04x}")
    return key


def _url(word: str) -> str:
    try:
        return sound_url(word)
    except ValueError as error:
        raise _Wrong(str(error)) from error


def _shown(word: str) -> str:
    """A word as it may be shown: bytes that are no UTF-8 are replaced."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
