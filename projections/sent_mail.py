"""The register of sent mail (*Sendt post*): the copies of receipts that lie in a recipient's mailbox."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid

from domain.post.receipt import ReceiptCopied
from projections.declare import SCHEMA, Register, first, last
from projections.engine.ledger_tables import INSTANT
from projections.sources import RECORDED_AT

sent_mail = Table(
    "sent_mail",
    MetaData(schema=SCHEMA),
    Column("receipt", Uuid, primary_key=True),
    Column("owner", Text),
    Column("message", Uuid),
    Column("copied_at", INSTANT),
)
Index("sent_mail_owner", sent_mail.c.owner, sent_mail.c.copied_at)

SENT_MAIL = Register(
    sent_mail,
    key="receipt",
    answers="Which copies of receipts of service lie in this recipient's sent mail?",
    columns={
        "owner": last(ReceiptCopied, "recipient"),
        "message": last(ReceiptCopied, "message"),
        "copied_at": first(ReceiptCopied, RECORDED_AT),
    },
)
