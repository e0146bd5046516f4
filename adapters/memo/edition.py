"""One version of the grammar, made ready for the reader: places looked up by an element's full name."""

from dataclasses import dataclass

from adapters.memo.grammar import MESSAGE, NAMESPACES, VERSIONS, Child, Shape
from adapters.memo.values import CONTENT, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where one element may stand: its order among its siblings, how often, and what it holds in this version."""

    tag: str
    step: str
    order: int
    least: int
    most: int
    kind: Kind | None
    inside: "Inside | None"

    @property
    def repeats(self) -> bool:
        """Whether the element may stand more than once, so that a path needs its number."""
        return self.most > 1

    @property
    def is_content(self) -> bool:
        """Whether the element holds the base64 contents of a file."""
        return self.kind is CONTENT


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """The places inside an element, those that must be taken, and those of which at most one may be."""

    places: dict[str, Place]
    required: tuple[Place, ...]
    alternatives: frozenset[str]


def _tag(name: str) -> tuple[str, str]:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix or 'memo']}}}{local}", local


def _place(child: Child, order: int, version: str) -> Place:
    tag, step = _tag(child.name)
    return Place(
        tag=tag,
        step=step,
        order=order,
        least=0 if child.optional_in == version else child.least,
        most=child.most,
        kind=child.holds if isinstance(child.holds, Kind) else None,
        inside=_inside(child.holds, version) if isinstance(child.holds, Shape) else None,
    )


def _inside(shape: Shape, version: str) -> Inside:
    children = [child for child in shape.children if child.only_in in {None, version}]
    places = [_place(child, order, version) for order, child in enumerate(children)]
    return Inside(
        places={place.tag: place for place in places},
        required=tuple(place for place in places if place.least),
        alternatives=frozenset(_tag(name)[0] for name in shape.alternatives),
    )


def _steps(child: Child) -> set[str]:
    inside = child.holds.children if isinstance(child.holds, Shape) else ()
    return {_tag(child.name)[1]}.union(*(_steps(each) for each in inside))


EDITIONS: dict[str, Place] = {version: _place(MESSAGE, 0, version) for version in VERSIONS}
# Only names of the grammar are ever repeated in a path: any other name was chosen by the sender.
KNOWN_STEPS: frozenset[str] = frozenset(_steps(MESSAGE))
