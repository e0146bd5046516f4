"""Taking back what was reported about a letter on paper by mistake: that it was posted, or that it came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.command import Command, Consulted, Refused
from domain.context import Context
from domain.fact import Event
from domain.post.paper import PAPER, Paper, PaperLetterPostingAnnulled, PaperLetterReturnAnnulled, PaperStage
from domain.post.paper_commands import letter_of
from domain.subject import MessageId, PaperLetterId, PartyId


class PostingIsProved(Refused):
    """This letter came back, so it was posted. Annul its return first, if that is a mistake too."""


class AnnulPaperReport(Command[Paper]):
    """The fields of what takes back a report about a letter on paper."""

    legal_basis = "LBK 686/2021 § 10"

    letter: PaperLetterId
    message: MessageId
    recipient: PartyId

    def consults(self) -> tuple[Consulted[Any], ...]:
        return (PAPER.of(self.message),)


class AnnulPaperPosting(AnnulPaperReport):
    """A letter was not handed to the post, as was reported: it is to be printed and posted. Again, nothing changes."""

    def decide(self, context: Context, paper: Paper) -> Iterator[Event]:
        """Take it back. Raises NoSuchPaperLetter and PostingIsProved."""
        letter = letter_of(paper, self.letter)
        if letter.stage is PaperStage.RETURNED:
            raise PostingIsProved
        if letter.stage is PaperStage.POSTED:
            yield PaperLetterPostingAnnulled(letter=self.letter, message=self.message, recipient=self.recipient)


class AnnulPaperReturn(AnnulPaperReport):
    """A letter did not come back, as was reported: it is presumed to have arrived. Again, nothing changes.

    Another letter that was ordered because of the return stays ordered.
    """

    def decide(self, context: Context, paper: Paper) -> Iterator[Event]:
        """Take it back. Raises NoSuchPaperLetter."""
        if letter_of(paper, self.letter).stage is PaperStage.RETURNED:
            yield PaperLetterReturnAnnulled(letter=self.letter, message=self.message, recipient=self.recipient)
