"""The grammar of each MeMo version, prepared for the parser: elements by their full name."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.memo.grammar import MESSAGE, NAMESPACES, VERSIONS, Child, ComplexType
from adapters.memo.values import CONTENT, Kind


@dataclass(frozen=True, slots=True, eq=False)
class Particle:
    """An element inside its parent, in one version: its order, how often it occurs and what it holds."""

    tag: str
    step: str
    order: int
    min_occurs: int
    max_occurs: int
    kind: Kind | None
    model: ContentModel | None

    @property
    def repeats(self) -> bool:
        """Whether the element may occur more than once, so that a path needs its number."""
        return self.max_occurs > 1

    @property
    def is_content(self) -> bool:
        """Whether the element holds the base64 contents of a file."""
        return self.kind is CONTENT


@dataclass(frozen=True, slots=True, eq=False)
class ContentModel:
    """The elements inside an element: all of them, the required ones, and those of which at most one may occur."""

    particles: dict[str, Particle]
    required: tuple[Particle, ...]
    alternatives: frozenset[str]


def _tag(name: str) -> tuple[str, str]:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix or 'memo']}}}{local}", local


def _particle(child: Child, order: int, version: str) -> Particle:
    tag, step = _tag(child.name)
    return Particle(
        tag=tag,
        step=step,
        order=order,
        min_occurs=0 if child.optional_in == version else child.min_occurs,
        max_occurs=child.max_occurs,
        kind=child.holds if isinstance(child.holds, Kind) else None,
        model=_content_model(child.holds, version) if isinstance(child.holds, ComplexType) else None,
    )


def _content_model(complex_type: ComplexType, version: str) -> ContentModel:
    children = [child for child in complex_type.children if child.only_in in {None, version}]
    particles = [_particle(child, order, version) for order, child in enumerate(children)]
    return ContentModel(
        particles={particle.tag: particle for particle in particles},
        required=tuple(particle for particle in particles if particle.min_occurs),
        alternatives=frozenset(_tag(name)[0] for name in complex_type.alternatives),
    )


def _steps(child: Child) -> set[str]:
    children = child.holds.children if isinstance(child.holds, ComplexType) else ()
    return {_tag(child.name)[1]}.union(*map(_steps, children))


EDITIONS: dict[str, Particle] = {version: _particle(MESSAGE, 0, version) for version in VERSIONS}
# A path repeats only names of the grammar: the sender chose any other name.
KNOWN_STEPS: frozenset[str] = frozenset(_steps(MESSAGE))
