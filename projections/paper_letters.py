"""The register of letters on paper (*fysisk post*): what is to be printed, what was posted, and what came back."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, Uuid

from domain.post.paper import (
    PaperLetterOrdered,
    PaperLetterPosted,
    PaperLetterPostingAnnulled,
    PaperLetterReturnAnnulled,
    PaperLetterReturned,
)
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import EMPTY, RECORDED_AT

paper_letters = Table(
    "paper_letters",
    MetaData(schema=SCHEMA),
    Column("letter", Uuid, primary_key=True),
    Column("message", Uuid),
    Column("recipient", Text),
    Column("occasion", Text),
    Column("ordered_at", INSTANT),
    Column("address", Text),
    Column("posted_on", Date),
    Column("arrives_on", Date),
    Column("returned_on", Date),
    Column("returned_because", Text),
)
Index("paper_letters_to_print", paper_letters.c.ordered_at, postgresql_where=paper_letters.c.posted_on.is_(None))

PAPER_LETTERS = Register(
    paper_letters,
    key="letter",
    answers="Which message was sent on paper, to which address, when did it arrive, or did it come back?",
    columns={
        "message": last(PaperLetterOrdered, "message"),
        "recipient": last(PaperLetterOrdered, "recipient"),
        "occasion": last(PaperLetterOrdered, "occasion"),
        "ordered_at": first(PaperLetterOrdered, RECORDED_AT),
        **{
            field: last({PaperLetterPosted: field, PaperLetterPostingAnnulled: EMPTY})
            for field in ("address", "posted_on", "arrives_on")
        },
        "returned_on": last({PaperLetterReturned: "returned_on", PaperLetterReturnAnnulled: EMPTY}),
        "returned_because": last({PaperLetterReturned: "because", PaperLetterReturnAnnulled: EMPTY}),
    },
)
"""A letter is to be printed while `posted_on` is empty. One that was returned did not arrive on `arrives_on`."""
