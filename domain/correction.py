"""Which facts correct an earlier one, so that what was decided meanwhile can be found (*konsekvens af en rettelse*).

A correction changes nothing that was recorded and moves no legal time: people decide what it means for each act. GDPR
art. 5(1)(d), 16 and 19.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from domain.entities import ENTITIES
from domain.entry import EndCorrected, Entries
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.merge import EntriesMerged, MergeAnnulled
from domain.identity.number import CprAnnulled, CprAssigned, CprChanged, CprWithdrawn
from domain.identity.person import BirthCorrected, DeathCorrected, PersonDied, PersonRegistered
from domain.nemkonto.compensation import CompensationPaid, CompensationPaymentAnnulled, CompensationPaymentCorrected
from domain.nemkonto.designation import (
    DesignationVoided,
    NemkontoDesignated,
    NemkontoEndCorrected,
    NemkontoEndDropped,
    NemkontoEnded,
    NemkontoEndPlanned,
    NemkontoRestored,
    NemkontoSuperseded,
)
from domain.post.correction import MailRegistrationAnnulled
from domain.post.imported_arrival import ArrivalImportAnnulled, ArrivalImported
from domain.post.mail_registration import MailRegistered
from domain.post.outage import OutageAnnulled, OutageEnded, OutageRecorded
from domain.post.paper import (
    PaperLetterPosted,
    PaperLetterPostingAnnulled,
    PaperLetterReturnAnnulled,
    PaperLetterReturned,
)
from domain.post.service import SERVING, ServiceAnnulled, ServiceConfirmationRequested, ServiceRequestAnnulled
from domain.post.unavailability import MessageMadeUnavailable, UnavailabilityLifted
from domain.record import Record
from domain.subject import SubjectId


def _of_entries() -> Iterator[tuple[type[Event], tuple[type[Event], ...]]]:
    """In each matter an end can be moved or taken back, and an entry annulled."""
    for entity in ENTITIES:
        if isinstance(entity.opening, Entries):
            entered, ended, end_corrected, annulled = entity.opening.matter.facts
            yield ended, (ended, end_corrected)
            yield end_corrected, (ended, end_corrected, entered)
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
        NemkontoEndDropped: (NemkontoEndPlanned,),
        NemkontoRestored: (NemkontoEnded, NemkontoEndCorrected, NemkontoSuperseded),
        DesignationVoided: (NemkontoDesignated,),
        CompensationPaymentCorrected: (CompensationPaid, CompensationPaymentCorrected),
        CompensationPaymentAnnulled: (CompensationPaid, CompensationPaymentCorrected),
        MailRegistrationAnnulled: (MailRegistered,),
        UnavailabilityLifted: (MessageMadeUnavailable,),
        ServiceAnnulled: SERVING,
        ServiceRequestAnnulled: (ServiceConfirmationRequested,),
        PaperLetterPostingAnnulled: (PaperLetterPosted,),
        PaperLetterReturnAnnulled: (PaperLetterReturned,),
        ArrivalImportAnnulled: (ArrivalImported,),
        OutageEnded: (OutageEnded,),
        OutageAnnulled: (OutageRecorded,),
    }
)
"""Each fact that may be a correction -> the facts of which it corrects the last one about the same."""

UNDOES: frozenset[type[Event]] = frozenset(
    {
        DeathCorrected,
        CessationCorrected,
        CprWithdrawn,
        CprAnnulled,
        MergeAnnulled,
        NemkontoEndDropped,
        NemkontoRestored,
        MailRegistrationAnnulled,
        UnavailabilityLifted,
        ServiceAnnulled,
        ServiceRequestAnnulled,
        PaperLetterPostingAnnulled,
        PaperLetterReturnAnnulled,
        ArrivalImportAnnulled,
    }
)
"""Corrections that leave nothing of what they correct: a later fact of the same kind is not a correction of it."""


def corrected_by(correction: Record, earlier: Sequence[Record]) -> list[Record]:
    """The records that the correction corrects, in order; none if it corrects nothing.

    They are the last record about the same subjects, and what that one repeated or corrected itself: of a death whose
    day was moved before it was taken back, both days were wrong. `earlier` is the records before it about
    `subject_of_corrected`, in order.
    """
    facts = CORRECTS.get(type(correction.event), ())
    corrected: list[Record] = []
    for record in reversed(earlier):
        if not _same(correction, record):
            continue
        if _undoes(record.event, facts):
            break
        if isinstance(record.event, facts):
            corrected.insert(0, record)
            kind = type(record.event)
            facts = (kind, *CORRECTS.get(kind, ()))
    return corrected


def _undoes(event: Event, facts: tuple[type[Event], ...]) -> bool:
    """Whether the event left nothing of such facts."""
    if isinstance(event, EndCorrected):
        return event.valid_to is None and type(event) in facts
    return type(event) in UNDOES and not set(CORRECTS[type(event)]).isdisjoint(facts)


def subject_of_corrected(correction: Event) -> SubjectId:
    """The subject of what is corrected: of a number the number itself, for a merge gives it to another person."""
    return correction.index if isinstance(correction, CprWithdrawn | CprAnnulled) else correction.own_subject


def _same(correction: Record, earlier: Record) -> bool:
    """Whether both name the same subjects in the fields that they share; of a number, whether it is the same."""
    mine, other = _named(correction.event), _named(earlier.event)
    shared = {"index"} if "index" in mine else mine.keys() & other.keys()
    return all(mine[name] == other.get(name) for name in shared)


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
