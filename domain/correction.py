"""Which facts correct an earlier one, so that what was decided meanwhile can be found (*konsekvens af en rettelse*).

A correction changes nothing that was recorded and moves no legal time: people decide what it means for each act. GDPR
art. 5(1)(d), 16 and 19.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from domain.entities import ENTITIES
from domain.entry import Entries
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.number import CprAnnulled, CprAssigned, CprChanged, CprWithdrawn
from domain.identity.person import BirthCorrected, DeathCorrected, PersonDied, PersonRegistered
from domain.nemkonto.designation import NemkontoEndCorrected, NemkontoEnded, NemkontoRestored, NemkontoSuperseded
from domain.post.mail_registration import MailRegistered, MailRegistrationAnnulled
from domain.post.outage import OutageAnnulled, OutageEnded, OutageRecorded
from domain.record import Record
from domain.subject import SubjectId


def _of_entries() -> Iterator[tuple[type[Event], tuple[type[Event], ...]]]:
    """In each matter an end can be moved or taken back, and an entry annulled."""
    for entity in ENTITIES:
        if isinstance(entity.opening, Entries):
            entered, ended, end_corrected, annulled = entity.opening.matter.facts
            yield ended, (ended,)
            yield end_corrected, (ended, entered)
            yield annulled, (entered,)


CORRECTS: Mapping[type[Event], tuple[type[Event], ...]] = MappingProxyType(
    {
        **dict(_of_entries()),
        BirthCorrected: (BirthCorrected, PersonRegistered),
        PersonDied: (PersonDied,),
        DeathCorrected: (PersonDied,),
        CompanyCeased: (CompanyCeased,),
        CessationCorrected: (CompanyCeased,),
        CprWithdrawn: (CprAssigned, CprChanged),
        CprAnnulled: (CprAssigned, CprChanged),
        MergeAnnulled: (EntriesMerged,),
        NemkontoEndCorrected: (NemkontoEnded, NemkontoEndCorrected),
        NemkontoRestored: (NemkontoEnded, NemkontoSuperseded),
        MailRegistrationAnnulled: (MailRegistered,),
        OutageEnded: (OutageEnded,),
        OutageAnnulled: (OutageRecorded,),
    }
)
"""Each fact that may be a correction -> the facts of which it corrects the last one about the same."""


def corrected_by(correction: Record, earlier: Iterable[Record]) -> Record | None:
    """The record that the correction corrects: the last one about the same subjects; None if it corrects nothing.

    `earlier` is the records about the correction's own subject before it, in order.
    """
    facts = CORRECTS.get(type(correction.event), ())
    candidates = [record for record in earlier if isinstance(record.event, facts) and _same(correction, record)]
    return candidates[-1] if candidates else None


def _same(correction: Record, earlier: Record) -> bool:
    """Whether both name the same subjects in the fields that they share."""
    mine, other = _named(correction.event), _named(earlier.event)
    return all(mine[name] == other[name] for name in mine.keys() & other.keys())


def _named(event: Event) -> Mapping[str, SubjectId]:
    fields = {name: getattr(event, name) for name in type(event).model_fields}
    return {name: value for name, value in fields.items() if isinstance(value, SubjectId)}


def rests_on(corrected: Event, correction: Event) -> list[tuple[str, SubjectId]]:
    """The states that the corrected fact had a part in, by entity and subject, of the subjects that both facts name.

    A command that consulted one of them may rest on it. The former number in a wrong change of number is not wrong.
    """
    return [
        (entity.name, subject)
        for entity in ENTITIES
        if isinstance(corrected, entity.facts())
        for subject in corrected.subjects()
        if subject in correction.subjects()
    ]
