"""The words of a notice about a NemKonto, in Danish: the language of a payee is not known.

An account is shown by its last digits, and is not named if nobody may open it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TypeAlias

from domain.danish_time import day_of, in_danish
from domain.fact import Event
from domain.nemkonto.account import AnyAccount
from domain.nemkonto.change_freeze import ChangeFreezeLifted, ChangeFreezeSet
from domain.nemkonto.change_notice import NoticeOccasion
from domain.nemkonto.designation import (
    AccountHolderEnded,
    ActivationLetterOrdered,
    DesignationBlocked,
    DesignationCancelled,
    DesignationExpired,
    DesignationVoided,
    DesignationWithdrawn,
    EndCause,
    NemkontoActivated,
    NemkontoEndCorrected,
    NemkontoEnded,
    NemkontoRestored,
)
from domain.subject import DesignationId, SubjectId

Change: TypeAlias = (
    ActivationLetterOrdered
    | NemkontoActivated
    | DesignationCancelled
    | DesignationBlocked
    | DesignationWithdrawn
    | DesignationExpired
    | NemkontoEnded
    | NemkontoEndCorrected
    | NemkontoRestored
    | DesignationVoided
    | AccountHolderEnded
    | ChangeFreezeSet
    | ChangeFreezeLifted
)
"""What a payee is notified of."""

OCCASIONS: Mapping[type[Event], NoticeOccasion] = MappingProxyType(
    {
        ActivationLetterOrdered: NoticeOccasion.LETTER_ORDERED,
        NemkontoActivated: NoticeOccasion.ACTIVATED,
        DesignationCancelled: NoticeOccasion.CANCELLED,
        DesignationBlocked: NoticeOccasion.BLOCKED,
        DesignationWithdrawn: NoticeOccasion.WITHDRAWN,
        DesignationExpired: NoticeOccasion.EXPIRED,
        NemkontoEnded: NoticeOccasion.ENDED,
        NemkontoEndCorrected: NoticeOccasion.END_CORRECTED,
        NemkontoRestored: NoticeOccasion.RESTORED,
        DesignationVoided: NoticeOccasion.VOIDED,
        AccountHolderEnded: NoticeOccasion.ACCOUNT_HOLDER_ENDED,
        ChangeFreezeSet: NoticeOccasion.FREEZE_SET,
        ChangeFreezeLifted: NoticeOccasion.FREEZE_LIFTED,
    }
)
"""Every fact of which a payee is notified."""
WORDS: Mapping[NoticeOccasion, tuple[str, str]] = MappingProxyType(
    {
        NoticeOccasion.LETTER_ORDERED: (
            "Aktiveringsbrev til NemKonto",
            "Der er anvist en konto som NemKonto: {account}.",
        ),
        NoticeOccasion.ACTIVATED: ("Ny NemKonto", "Der er registreret en NemKonto: {account}."),
        NoticeOccasion.CANCELLED: (
            "Ændring af NemKonto er annulleret",
            "Denne ændring af NemKonto er annulleret, før den fik virkning: {account}.",
        ),
        NoticeOccasion.BLOCKED: (
            "Anvisning af NemKonto er spærret",
            "Denne anvisning er spærret, fordi aktiveringskoden er tastet forkert: {account}.",
        ),
        NoticeOccasion.WITHDRAWN: (
            "Anvisning af NemKonto er trukket tilbage",
            "Denne anvisning er trukket tilbage, før aktiveringskoden blev brugt: {account}.",
        ),
        NoticeOccasion.EXPIRED: (
            "Anvisning af NemKonto er bortfaldet",
            "Denne anvisning er bortfaldet, fordi aktiveringskoden ikke blev brugt i tide: {account}.",
        ),
        NoticeOccasion.ENDED: ("NemKonto er slutmarkeret", "Denne NemKonto er slutmarkeret: {account}."),
        NoticeOccasion.END_CORRECTED: (
            "Dagen for slutmarkering af NemKonto er rettet",
            "Dagen for slutmarkeringen af denne NemKonto er rettet: {account}.",
        ),
        NoticeOccasion.RESTORED: (
            "NemKonto fortsætter",
            "En slutmarkering eller ændring af denne NemKonto er annulleret: {account}.",
        ),
        NoticeOccasion.VOIDED: ("NemKonto er ugyldig", "Denne anvisning er ugyldig på grund af misbrug: {account}."),
        NoticeOccasion.ACCOUNT_HOLDER_ENDED: (
            "Kontoen for NemKonto kan blive spærret",
            "En anden, der har den samme konto som NemKonto, er død eller ophørt: {account}.",
        ),
        NoticeOccasion.FREEZE_SET: (
            "NemKonto er spærret for ændringer",
            "NemKontoen er spærret for ændringer, indtil spærringen bliver ophævet.",
        ),
        NoticeOccasion.FREEZE_LIFTED: (
            "Spærring af NemKonto er ophævet",
            "NemKontoen kan igen ændres: spærringen for ændringer er ophævet.",
        ),
    }
)
"""The title of each notice, and its first line."""
CAUSES: Mapping[EndCause, str] = MappingProxyType(
    {
        EndCause.REQUEST: "Der er anmodet om det.",
        EndCause.DEATH_PLUS_3Y: "Modtageren er død.",
        EndCause.BANKRUPTCY: "Der er afsagt konkursdekret.",
        EndCause.CEASED_PLUS_360D: "Virksomheden er ophørt.",
        EndCause.ACCOUNT_CLOSED: "Kontoen er lukket.",
    }
)
CODE = (
    "Et brev med en aktiveringskode er bestilt og kommer med almindelig post. Kontoen bliver først NemKonto, når koden"
    " er brugt. Koden gælder til og med den {day}."
)
EFFECT = "Senest fra den {day} bliver penge fra det offentlige sat ind på den."
EFFECT_ABROAD = (
    "Fra den {day} bliver penge fra det offentlige sendt til den. Kontoen er i udlandet, så det kan tage længere tid."
)
UNTIL_THEN = "Indtil da kan de stadig blive sat ind på den hidtidige NemKonto."
NO_LONGER = "Fra den {day} bliver penge fra det offentlige ikke længere sat ind på den."
VOID = "Den gælder ikke fra den {day}, og kontoen før den gælder igen, hvis der var en."
WARNING = "Er dette ikke ønsket eller ikke rigtigt, så kontakt straks banken og Nemkonto Support."
BASIS = "Bekendtgørelse nr. 788 af 20. juni 2025 om nemkonto, § 10."
UNNAMED_ACCOUNT = "den konto, der er anvist"
SAYS_MORE: Mapping[type[Event], tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(
            (DesignationBlocked, DesignationWithdrawn, DesignationExpired),
            ("Kontoen bliver ikke NemKonto. Anvis den igen, hvis den stadig skal bruges.",),
        ),
        NemkontoRestored: ("Den fortsætter, medmindre der er registreret en anden ændring af den.",),
        AccountHolderEnded: (
            "Banken kan spærre kontoen, så penge på den ikke kan hæves. Anvis en anden konto, hvis det er nødvendigt.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class NoticeText:
    occasion: NoticeOccasion
    title: str
    text: str


def notice_text(change: Change, account: AnyAccount | None) -> NoticeText:
    occasion = OCCASIONS[type(change)]
    title, first = WORDS[occasion]
    named = f"konto {account.masked}" if account else UNNAMED_ACCOUNT
    lines = (first.format(account=named), *_details(change), WARNING, _reference(change.own_subject))
    return NoticeText(occasion, title, "".join(f"{line}\n" for line in lines))


def _reference(subject: SubjectId) -> str:
    number = f"Anvisning {subject.uuid}. " if isinstance(subject, DesignationId) else ""
    return f"{number}{BASIS}"


def _details(change: Change) -> Iterator[str]:
    match change:
        case ActivationLetterOrdered(valid_until=valid_until):
            yield CODE.format(day=in_danish(day_of(valid_until - timedelta(microseconds=1))))
        case NemkontoActivated(latest_on=latest_on):
            yield (EFFECT if latest_on else EFFECT_ABROAD).format(day=in_danish(change.effective_on))
            if change.supersedes:
                yield UNTIL_THEN
        case NemkontoEnded(cause=cause):
            yield CAUSES[cause]
            yield NO_LONGER.format(day=in_danish(change.valid_to))
        case NemkontoEndCorrected():
            yield NO_LONGER.format(day=in_danish(change.valid_to))
        case DesignationVoided(valid_from=valid_from):
            yield VOID.format(day=in_danish(valid_from))
        case _:
            yield from SAYS_MORE.get(type(change), ())
