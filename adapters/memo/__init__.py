"""MeMo (Meddelelsesmodel), the format of letters in Digital Post: reads, writes and finds letters."""

from adapters.memo.archive import ArchiveRefused, letters
from adapters.memo.contents import InMemory, Keep, forget
from adapters.memo.letter import Action, EarlierMessage, File, Letter, LetterDocument, LetterParty, Reading, Reservation
from adapters.memo.read import read_letter
from adapters.memo.terms import TERMS_2025, Terms
from adapters.memo.write import Draft, Enclosure, write_letter
from domain.post.letter_fault import Fault

__all__ = [
    "TERMS_2025",
    "Action",
    "ArchiveRefused",
    "Draft",
    "EarlierMessage",
    "Enclosure",
    "Fault",
    "File",
    "InMemory",
    "Keep",
    "Letter",
    "LetterDocument",
    "LetterParty",
    "Reading",
    "Reservation",
    "Terms",
    "forget",
    "letters",
    "read_letter",
    "write_letter",
]
