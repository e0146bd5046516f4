"""Trust policies (C2SP tlog-policy): which logs and which witnesses are known, and how many of them are enough."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from adapters.seal.formats.note import Key, Kind, NotAKey
from adapters.seal.witness.http_client import sound_url
from domain.errors import ErrorKind, RigsbogError

POLICY_BYTES_MAX = 256 * 2**10
RECORDED_BYTES_MAX = 20_000
"""A fact holds at most 25,000 bytes."""
NAMED_MAX = 1_024
"""Logs, witnesses or groups in one policy."""
NONE = "none"
"""The quorum that needs no witness."""
THRESHOLD = re.compile(r"[1-9][0-9]{0,9}")
BLANKS = re.compile(r"[ \t]+")
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
ANY, ALL = "any", "all"
FORMS = {
    "log": "a log is written `log VKEY [URL]`",
    "witness": "a witness is written `witness NAME VKEY [URL]`",
    "group": "a group is written `group NAME any|all|NUMBER MEMBER...`",
    "quorum": "the quorum is written `quorum NAME`, or `quorum none`",
}


class NotAPolicy(RigsbogError):
    """The file is no witness policy: correct the line that the message names."""

    kind = ErrorKind.CONFIGURATION


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
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    """Each after the groups that it names."""
    quorum: str

    @classmethod
    def read(cls, written: bytes) -> WitnessPolicy:
        """Read a policy file; raises NotAPolicy."""
        if len(written) > POLICY_BYTES_MAX:
            raise NotAPolicy(f"The policy is longer than {POLICY_BYTES_MAX} bytes: remove what it does not need.")
        # Octets are opaque to the policy's syntax, and so bytes that are no UTF-8 keep their difference.
        lines = written.decode("utf-8", "surrogateescape").split("\n")
        if lines.pop():
            raise NotAPolicy(f"Line {len(lines) + 1} of the policy has no end: the file is cut short.")
        reading = _Reading()
        for number, line in enumerate(lines, 1):
            try:
                reading.take(line)
            except (ValueError, NotAKey) as error:
                raise NotAPolicy(f"Line {number} of the policy: {error}.") from error
        if reading.quorum is None:
            raise NotAPolicy("The policy has no line `quorum`: add `quorum none`, or name a witness or a group.")
        return cls(tuple(reading.witnesses), tuple(reading.groups), reading.quorum)

    @classmethod
    def at(cls, path: Path) -> WitnessPolicy:
        """Read the file; raises NotAPolicy or OSError."""
        return cls.read(path.read_bytes())

    @property
    def written(self) -> str:
        """The policy as it is recorded: without comments, other logs and URLs, on which no trust rests."""
        witnesses = [f"witness {witness.name} {witness.key}" for witness in self.witnesses]
        groups = [f"group {group.name} {group.needed} {' '.join(group.members)}" for group in self.groups]
        return "".join(f"{line}\n" for line in (*witnesses, *groups, f"quorum {self.quorum}"))

    def enough(self, cosigned: Collection[str]) -> bool:
        """Whether the witnesses of these names, having cosigned, are a quorum."""
        if self.quorum == NONE:
            return True
        satisfied = {witness.name for witness in self.witnesses if witness.name in cosigned}
        for group in self.groups:
            if sum(member in satisfied for member in group.members) >= group.needed:
                satisfied.add(group.name)
        return self.quorum in satisfied


@dataclass
class _Reading:
    """What was read so far; `take` raises ValueError or NotAKey for a line that cannot be."""

    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    keys: dict[Kind, set[bytes]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        if FORBIDDEN.search(line.encode("utf-8", "surrogateescape")):
            raise ValueError("it holds a control character")
        words = [word for word in BLANKS.split(line) if word]
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                # A log is checked and not kept: nothing of ours takes another log's checkpoints by a policy.
                self._new_key(vkey, Kind.LOG)
                _url(url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                key = self._new_key(vkey, Kind.WITNESS)
                self.witnesses.append(Witness(self._new_name(name), key, _url(url)))
            case ["group", name, rule, *members] if members:
                self._group(name, rule, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise ValueError(FORMS.get(words[0], "it begins with none of log, witness, group, quorum"))

    def _group(self, name: str, rule: str, members: list[str]) -> None:
        for member in members:
            self._check_known(member)
            if member in self.members:
                raise ValueError(f"{_shown(member)} is a member already: each name is one of one group, once")
            self.members.add(member)
        if not (rule in (ANY, ALL) or THRESHOLD.fullmatch(rule)):
            raise ValueError("a group needs `any`, `all` or a number of its members")
        needed = {ANY: 1, ALL: len(members)}.get(rule) or int(rule)
        if needed > len(members):
            raise ValueError(f"the group needs {needed} of its {len(members)} members")
        _check_room(self.groups)
        self.groups.append(Group(self._new_name(name), needed, tuple(members)))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise ValueError("the quorum is on an earlier line too")
        if name != NONE:
            self._check_known(name)
        self.quorum = name

    def _new_key(self, vkey: str, kind: Kind) -> Key:
        try:
            key = Key.read(vkey)
        except UnicodeEncodeError as error:
            raise ValueError("the name in the vkey is not UTF-8") from error
        if key.kind is not kind:
            raise ValueError(
                f"the vkey of {key.name} is of kind {key.kind:#04x}; a {kind.name.lower()}'s is {kind:#04x}"
            )
        if key.public in self.keys[kind]:
            raise ValueError(f"this {kind.name.lower()}'s key is on an earlier line too")
        _check_room(self.keys[kind])
        self.keys[kind].add(key.public)
        return key

    def _new_name(self, name: str) -> str:
        if name == NONE:
            raise ValueError(f"`{NONE}` is the quorum that needs no witness, and no name")
        if name in self.names:
            raise ValueError(f"{_shown(name)} is named on an earlier line too")
        self.names.add(name)
        return name

    def _check_known(self, name: str) -> None:
        if name not in self.names:
            raise ValueError(f"{_shown(name)} is named on no earlier line")


def _check_room(taken: Collection[object]) -> None:
    if len(taken) >= NAMED_MAX:
        raise ValueError(f"a policy has at most {NAMED_MAX} of a kind")


def _url(words: list[str]) -> str | None:
    return sound_url(words[0]) if words else None


def _shown(word: str) -> str:
    """A word as it may be shown: bytes that are no UTF-8 are replaced."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
