"""The walk through a letter: takes its XML as a stream of marks, checks them against the grammar, keeps the values."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.memo.canonical import CanonicalHash
from adapters.memo.contents import Decoding, Keep
from adapters.memo.edition import EDITIONS, KNOWN_STEPS, Inside, Place
from adapters.memo.grammar import MEMO, REQUIRED_ATTRIBUTES, VERSIONS
from adapters.memo.terms import (
    ATTRIBUTE_CHARACTERS_MAX,
    ATTRIBUTES_MAX,
    DEPTH_MAX,
    ELEMENTS_MAX,
    FAULTS_MAX,
    HELD_CHARACTERS_MAX,
)
from adapters.memo.values import TEXT_CHARACTERS_MAX, XML_SPACE, Kind, ValueNotAllowed, collapsed
from domain.errors import ErrorKind, RigsbogError
from domain.post.letter_fault import Fault

ROOT: Final = f"{{{MEMO}}}Message"
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
HINTS: Final = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})

# An element's values by name: text as its kind reads it (None where it was wrong), elements as nodes,
# elements that may repeat as a list of nodes.
Node = dict[str, Any]


class Stopped(RigsbogError):
    """The letter breaks a guard of the reader, so that reading on would only serve an attacker."""

    kind = ErrorKind.BAD_INPUT


@dataclass(slots=True)
class Frame:
    """One open element: its place in the grammar, what has been seen inside it, and the text it holds."""

    place: Place
    step: str
    node: Node
    counts: dict[str, int] = field(default_factory=dict)
    children: int = 0
    furthest: int = 0
    text: list[str] = field(default_factory=list)
    characters: int = 0
    decoding: Decoding | None = None


class Walk:
    """A target for lxml's parser: every fault is noted and the walk goes on, except where a guard stops it."""

    def __init__(self, keep: Keep) -> None:
        self.faults: list[Fault] = []
        self.message: Node = {}
        self.canonical = CanonicalHash()
        self.version: str = VERSIONS[-1]
        self._keep = keep
        self._stack: list[Frame] = []
        self._skipped = 0
        self._elements = 0
        self._files = 0

    def fault(self, code: str, message: str, *steps: str) -> None:
        """Note a fault of the element now open, or of what `steps` lead to from it."""
        path = "/" + "/".join([*(frame.step for frame in self._stack), *steps])
        self.note(Fault(code=code, path=path, message=message))

    def note(self, fault: Fault) -> None:
        """Note a fault, up to the limit; one last fault says that there are more."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)
        elif len(self.faults) == FAULTS_MAX:
            more = f"Only the first {FAULTS_MAX} faults are listed; there are more."
            self.faults.append(Fault(code="memo.faults.too.many", path="/", message=more))

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        """Refuse every document type: it is the door of entity attacks, and MeMo has none."""
        self.fault("memo.doctype.not.allowed", "The file declares a document type, which no letter may.")
        raise Stopped

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._guard(attributes)
        if self._skipped:
            self._skipped += 1
        elif not self._stack:
            self._open_root(tag, attributes)
        else:
            self._open_child(self._stack[-1], tag, attributes)

    def data(self, text: str) -> None:
        """Take a part of an element's text."""
        if self._skipped or not self._stack:
            return
        frame = self._stack[-1]
        if frame.decoding is not None:
            frame.decoding.feed(text)
        elif frame.place.kind is not None:
            frame.characters += len(text)
            if frame.characters <= HELD_CHARACTERS_MAX:
                frame.text.append(text)
        elif not frame.characters and text.strip(XML_SPACE):
            frame.characters = len(text)  # so that one stray text is one fault
            self.fault("text.not.allowed", "Text stands where only elements may.")

    def end(self, tag: str) -> None:
        """Close an element: read its text, or see that all its children came."""
        if self._skipped:
            self._skipped -= 1
            return
        frame = self._stack[-1]
        if frame.place.inside is not None:
            self._complete(frame, frame.place.inside)
        elif frame.place.kind is not None:
            # Of an element that stands twice though it may not, the first is the one that is kept.
            self._stack[-2].node.setdefault(frame.place.step, self._value(frame, frame.place.kind))
        self.canonical.end()
        self._stack.pop()

    def close(self) -> None:
        """End the walk; what it found is in its attributes."""

    def _guard(self, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            self.fault("memo.elements.too.many", f"The letter has more than {ELEMENTS_MAX} elements.")
        elif len(self._stack) + self._skipped >= DEPTH_MAX:
            self.fault("memo.too.deep", f"Elements are nested more than {DEPTH_MAX} deep.")
        elif len(attributes) > ATTRIBUTES_MAX or any(
            len(value) > ATTRIBUTE_CHARACTERS_MAX for value in attributes.values()
        ):
            self.fault("memo.attributes.too.large", "An element has too many or too long attributes.")
        else:
            return
        raise Stopped

    def _open_root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != ROOT:
            self.fault("memo.root.not.allowed", f"The root element is not Message in the namespace {MEMO}.")
            raise Stopped
        version = collapsed(attributes.get("memoVersion", ""))
        if version in VERSIONS:
            self.version = version
        self._stack.append(Frame(EDITIONS[self.version], "Message", self.message))
        self.canonical.start(tag)
        if "memoVersion" in attributes and version not in VERSIONS:
            known = " and ".join(VERSIONS)
            self.fault("memo.version.not.allowed", f"The MeMo version is not one of {known}.", "@memoVersion")
        self._root_attributes(attributes)

    def _root_attributes(self, attributes: dict[str, str]) -> None:
        for name in ("memoVersion", "memoSchVersion"):
            if name in attributes:
                self.canonical.attribute(name, collapsed(attributes[name]))
            elif name in REQUIRED_ATTRIBUTES[self.version]:
                self.fault("attribute.missing", f"The attribute {name} is missing.", f"@{name}")
        strangers = attributes.keys() - HINTS - {"memoVersion", "memoSchVersion"}
        self._refuse(strangers)
        if len(attributes.get("memoSchVersion", "")) > TEXT_CHARACTERS_MAX:
            message = f"The text is longer than {TEXT_CHARACTERS_MAX} characters."
            self.fault("text.too.long", message, "@memoSchVersion")

    def _refuse(self, strangers: AbstractSet[str]) -> None:
        if strangers:
            self.fault("attribute.not.allowed", "The element has an attribute that MeMo does not have.", "@*")

    def _open_child(self, parent: Frame, tag: str, attributes: dict[str, str]) -> None:
        parent.children += 1
        place = parent.place.inside.places.get(tag) if parent.place.inside is not None else None
        if place is None:
            local = tag.rpartition("}")[2]
            step = local if local in KNOWN_STEPS else f"*[{parent.children}]"
            message = f"An element stands here that MeMo {self.version} does not have here."
            self.fault("element.not.allowed", message, step)
            self._skipped = 1
            return
        number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        step = f"{place.step}[{number}]" if place.repeats or number > 1 else place.step
        frame = Frame(place, step, {})
        self._hang(parent, frame)
        self._stack.append(frame)
        self.canonical.start(tag)
        if number == place.most + 1:
            self.fault("element.too.many", f"The element stands more than {place.most} times.")
        if place.order < parent.furthest:
            self.fault("element.order.not.allowed", "The element stands after one that must follow it.")
        else:
            parent.furthest = place.order
        if attributes:
            self._refuse(attributes.keys())

    def _hang(self, parent: Frame, frame: Frame) -> None:
        if frame.place.is_content:
            frame.decoding = Decoding(self._keep(self._files))
            self._files += 1
        elif frame.place.repeats:
            parent.node.setdefault(frame.place.step, []).append(frame.node)
        elif frame.place.inside is not None:
            parent.node.setdefault(frame.place.step, frame.node)

    def _value(self, frame: Frame, kind: Kind) -> object:
        if frame.characters > HELD_CHARACTERS_MAX:
            self.fault("text.too.long", f"The text is longer than {HELD_CHARACTERS_MAX} characters.")
            return None
        try:
            if frame.decoding is not None:
                measured = frame.decoding.finish()
                self.canonical.content(measured.sha256, measured.size_bytes)
                return measured
            text = kind.canonical("".join(frame.text))
            self.canonical.text(text)
            return kind.empty if kind.empty is not None and not text else kind.read(text)
        except ValueNotAllowed as wrong:
            self.fault(wrong.code, wrong.message)
            return None

    def _complete(self, frame: Frame, inside: Inside) -> None:
        for place in inside.required:
            if place.tag not in frame.counts:
                step = f"{place.step}[1]" if place.repeats else place.step
                self.fault("element.missing", "A required element is missing.", step)
        if len(inside.alternatives & frame.counts.keys()) > 1:
            self.fault("element.alternatives.not.allowed", "Elements stand together that exclude each other.")
