"""MeMo (Meddelelsesmodel), the format of letters in Digital Post: reads, writes and finds letters."""

from adapters.memo.archive import ArchiveRefused, letters
from adapters.memo.contents import InMemory, Keep, forget
from adapters.memo.letter import File, Letter, LetterParty, Reading
from adapters.memo.read import read_letter
from adapters.memo.terms import TERMS_2025, Terms
from adapters.memo.write import Draft, Enclosure, write_letter
from domain.post.letter_fault import Fault

__all__ = [
    "TERMS_2025",
    "ArchiveRefused",
    "Draft",
    "Enclosure",
    "Fault",
    "File",
    "InMemory",
    "Keep",
    "Letter",
    "LetterParty",
    "Reading",
    "Terms",
    "forget",
    "letters",
    "read_letter",
    "write_letter",
]
