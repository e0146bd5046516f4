"""Digital Post: registration, messages, mailbox items, receipts and legal times."""
