"""The parser of letters: checks the XML against the grammar as a stream of events, and collects the values."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.memo.canonical import CanonicalHash
from adapters.memo.contents import Decoding, Keep
from adapters.memo.edition import EDITIONS, KNOWN_STEPS, ContentModel, Particle
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

# An element's values by name: a text as its kind reads it (None for a wrong text), an element as a node, and
# an element that may repeat as a list of nodes.
Node = dict[str, Any]


class Stopped(RigsbogError):
    """The letter exceeds a limit of the parser: have the sender write a smaller or simpler one."""

    kind = ErrorKind.BAD_INPUT


@dataclass(slots=True)
class Frame:
    """One open element: its particle of the grammar, its children so far, and its text."""

    particle: Particle
    step: str
    node: Node
    counts: dict[str, int] = field(default_factory=dict)
    children: int = 0
    furthest: int = 0
    text: list[str] = field(default_factory=list)
    characters: int = 0
    decoding: Decoding | None = None


class LetterParser:
    """A target for lxml's parser: it notes every fault and goes on, unless a limit stops it."""

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
        """Note a fault of the open element, or of what `steps` lead to from it."""
        path = "/" + "/".join([*(frame.step for frame in self._stack), *steps])
        self.note(Fault(code=code, path=path, message=message))

    def note(self, fault: Fault) -> None:
        """Note a fault; above FAULTS_MAX a last one says that there are more."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)
        elif len(self.faults) == FAULTS_MAX:
            more = f"Only the first {FAULTS_MAX} faults are listed; there are more."
            self.faults.append(Fault(code="memo.faults.too.many", path="/", message=more))

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        """Refuse every document type: entity attacks need one, and MeMo has none."""
        self.fault("memo.doctype.not.allowed", "The file declares a document type, which is not allowed.")
        raise Stopped

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._check_limits(attributes)
        if self._skipped:
            self._skipped += 1
        elif not self._stack:
            self._open_root(tag, attributes)
        else:
            self._open_child(self._stack[-1], tag, attributes)

    def data(self, text: str) -> None:
        if self._skipped or not self._stack:
            return
        frame = self._stack[-1]
        if frame.decoding is not None:
            frame.decoding.feed(text)
        elif frame.particle.kind is not None:
            frame.characters += len(text)
            if frame.characters <= HELD_CHARACTERS_MAX:
                frame.text.append(text)
        elif not frame.characters and text.strip(XML_SPACE):
            frame.characters = len(text)  # One stray text is one fault.
            self.fault("text.not.allowed", "There is text where only elements are allowed.")

    def end(self, tag: str) -> None:
        """An element ends: read its text, or check that no required child is missing."""
        if self._skipped:
            self._skipped -= 1
            return
        frame = self._stack[-1]
        if frame.particle.model is not None:
            self._check_children(frame, frame.particle.model)
        elif frame.particle.kind is not None:
            # Of an element that may not repeat the first value counts.
            self._stack[-2].node.setdefault(frame.particle.step, self._value(frame, frame.particle.kind))
        self.canonical.end()
        self._stack.pop()

    def close(self) -> None:
        """lxml calls this at the end; the result is in the attributes."""

    def _check_limits(self, attributes: dict[str, str]) -> None:
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
        self._refuse(attributes.keys() - HINTS - {"memoVersion", "memoSchVersion"})
        if len(attributes.get("memoSchVersion", "")) > TEXT_CHARACTERS_MAX:
            message = f"The text is longer than {TEXT_CHARACTERS_MAX} characters."
            self.fault("text.too.long", message, "@memoSchVersion")

    def _refuse(self, unknown: AbstractSet[str]) -> None:
        if unknown:
            self.fault("attribute.not.allowed", "The element has an attribute that MeMo does not have.", "@*")

    def _open_child(self, parent: Frame, tag: str, attributes: dict[str, str]) -> None:
        parent.children += 1
        particle = parent.particle.model.particles.get(tag) if parent.particle.model is not None else None
        if particle is None:
            local = tag.rpartition("}")[2]
            step = local if local in KNOWN_STEPS else f"*[{parent.children}]"
            message = f"MeMo {self.version} does not have this element here."
            self.fault("element.not.allowed", message, step)
            self._skipped = 1
            return
        number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        step = f"{particle.step}[{number}]" if particle.repeats or number > 1 else particle.step
        frame = Frame(particle, step, {})
        self._attach(parent, frame)
        self._stack.append(frame)
        self.canonical.start(tag)
        if number == particle.max_occurs + 1:
            self.fault("element.too.many", f"The element occurs more than {particle.max_occurs} times.")
        if particle.order < parent.furthest:
            self.fault("element.order.not.allowed", "The element must come before the one that precedes it.")
        else:
            parent.furthest = particle.order
        self._refuse(attributes.keys())

    def _attach(self, parent: Frame, frame: Frame) -> None:
        if frame.particle.is_content:
            frame.decoding = Decoding(self._keep(self._files))
            self._files += 1
        elif frame.particle.repeats:
            parent.node.setdefault(frame.particle.step, []).append(frame.node)
        elif frame.particle.model is not None:
            parent.node.setdefault(frame.particle.step, frame.node)

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

    def _check_children(self, frame: Frame, model: ContentModel) -> None:
        for particle in model.required:
            if particle.tag not in frame.counts:
                step = f"{particle.step}[1]" if particle.repeats else particle.step
                self.fault("element.missing", "A required element is missing.", step)
        if len(model.alternatives & frame.counts.keys()) > 1:
            self.fault("element.alternatives.not.allowed", "Only one of these elements may be used.")
