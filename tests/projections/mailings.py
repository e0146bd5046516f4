"""A mailing whose sums show which prefix of it was read: the nth letter is submitted at 2n - 1, and available at 2n."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Row, text

MAIL = text("""
with letter as (
    select n, md5('letter ' || n)::uuid as id, md5('command ' || n)::uuid as command
      from generate_series(cast(:first as bigint), :last) n
), written as (
    insert into ledger.record (position, recorded_at, command, correlation, subject, kind, fact, ordinal, authority,
                               actor, legal_basis, payload, sealed)
    select 2 * n - 1 + step, cast(:at as timestamptz), command, command, id,
           (select kind from ledger.subject_kind where name = 'message'),
           f.fact, step, '34051178', 'system:test', 'a paragraph',
           case step when 1 then jsonb_build_object('message', 'message:' || id, 'recipient', cast(:recipient as text))
           else jsonb_build_object(
               'message', 'message:' || id, 'sender', cast(:sender as text), 'recipient', cast(:recipient as text),
               'transmission', id,
               'memo_version', '1.2', 'message_type', 'DIGITALPOST',
               'content', id, 'document', id, 'size_bytes', n, 'mandatory', false,
               'legal_notification', false, 'reply', false, 'reply_by', null, 'do_not_deliver_until', null) end,
           case step when 0 then 'sealed'::bytea end
      from letter, (values (0, 'MessageSubmitted'), (1, 'MessageMadeAvailable')) s(step, name)
      join ledger.fact_name f using (name)
     order by 1
    returning position, subject, kind, fact
), concerned as (
    insert into ledger.subject (subject, position, kind, fact) select subject, position, kind, fact from written
)
insert into ledger.command select command, '', 2 * n - 1, 2 * n from letter
""")

SUMS = text(
    "select count(*) as letters, coalesce(sum(size_bytes), 0)::bigint as sizes, count(available_at) as available,"
    " count(submitted_at) as submitted, count(sealed) as sealed from register.messages"
)


def mail(connection: Connection, letters: int) -> None:
    """Record so many more letters; the ledger must hold nothing else."""
    row = connection.execute(text("select head, now_is from ledger.take_lock()")).one()
    sender, recipient = f"company:{'0' * 8}-0000-4000-8000-{'0' * 12}", f"person:{'1' * 8}-0000-4000-8000-{'1' * 12}"
    spans = {"first": row.head // 2 + 1, "last": row.head // 2 + letters, "at": row.now_is}
    connection.execute(MAIL, {**spans, "sender": sender, "recipient": recipient})


def mailed(owner: Engine, letters: int) -> None:
    """Record so many more letters in a transaction of their own."""
    with owner.begin() as connection:
        mail(connection, letters)


def is_of_one_prefix(sums: Row[tuple[int, ...]]) -> bool:
    """Whether the register's sums are those of some prefix of the mailing, and so of no half table."""
    return (
        sums.sizes == sums.letters * (sums.letters + 1) // 2
        and sums.letters - sums.available in (0, 1)
        and sums.submitted == sums.sealed == sums.letters
    )
