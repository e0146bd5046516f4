"""Two entries of one human: merged into the one that remains, or a merge annulled as a mistake. CPR act § 3."""

from domain.command import Refused
from domain.entry import EntrySource
from domain.fact import Event
from domain.subject import CompanyId, PersonId


class EntriesMerged(Event):
    """Two entries are of one human: what remains is the other one (*dobbelt personnummer*, status 50). CPR act § 3.

    Nothing more is recorded about the merged entry; what was recorded stays.
    """

    person: PersonId
    """The entry that is merged."""
    into: PersonId
    """The entry that remains."""
    merged_before: tuple[PersonId, ...] = ()
    """The entries that had been merged with this one: they refer to the entry that remains."""
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class MergeAnnulled(Event):
    """The two entries are of two humans: the merging was a mistake (*sammenlægning annulleret*). CPR act § 3."""

    person: PersonId
    into: PersonId
    merged_before: tuple[PersonId, ...] = ()
    """The entries that had been merged with this one: they refer to it again."""
    source: EntrySource = EntrySource.MUNICIPALITY
    decided_by: CompanyId | None = None
    """The authority that decided; None: none but the one that recorded it, which the record names."""


class EntryIsMerged(Refused):
    """This entry was merged with another entry of the same person, which remains. Repeat the act about that one:"""
