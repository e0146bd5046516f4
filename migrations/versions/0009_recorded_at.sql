-- The functions that record decisions also return the registration time, so that a writer need not read it back.

-- A function's columns cannot be replaced. The earlier functions are renamed, not dropped: calls that wait for the
-- ledger's lock run in them, and would fail at their end. Every later call runs the new ones, also from a writer of the
-- earlier version, which names the columns that it reads. The next migration may drop the earlier functions.
alter function ledger.append(json, json, json, json, bigint) rename to append_before_0009;
alter function ledger.append_one(uuid, bytea, json, json, json, bigint) rename to append_one_before_0009;

-- Independent decisions in one transaction, each with its own outcome; `nth` is the number of a row's decision, and
-- `step` that of the fact within it. `oldest` is the least `after` of the conditions: at the head, none conflicts.
create function ledger.append(decisions json, conditions json, records json, subjects json, oldest bigint default 0)
    returns table (outcome text, first_position bigint, last_position bigint, recorded_at timestamptz)
    language plpgsql as $$
declare
    head   bigint;
    at     timestamptz;
    barred bigint[];
begin
    select l.head, l.now_is into head, at from ledger.take_lock() l;
    if oldest < head then
        barred := ledger.barred(conditions, head);
    end if;
    return query
        with placed as materialized (
            select p.* from ledger.place(decisions, head, barred) p
        ), recorded as (
            insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject,
                                       kind, fact, ordinal, authority, actor, legal_basis, case_id, payload, sealed)
            select p.first_position + r.step, at, r.effective_from, r.causation, r.command, r.correlation, r.subject,
                   r.kind, r.fact, r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed
              from placed p
              join json_to_recordset(records) as r(
                   nth bigint, step bigint, effective_from timestamptz, causation bigint, command uuid,
                   correlation uuid, subject uuid, kind smallint, fact smallint, ordinal smallint, authority text,
                   actor text, legal_basis text, case_id text, payload jsonb, sealed bytea) using (nth)
             where p.outcome = 'recorded'
        ), concerned as (
            insert into ledger.subject (subject, position, kind, fact)
            select s.subject, p.first_position + s.step, s.kind, s.fact
              from placed p
              join json_to_recordset(subjects) as s(
                   nth bigint, step bigint, subject uuid, kind smallint, fact smallint) using (nth)
             where p.outcome = 'recorded'
        ), executed as (
            insert into ledger.command (command, digest, first_position, last_position)
            select p.command, p.digest, p.first_position, p.last_position from placed p where p.outcome = 'recorded'
        )
        select p.outcome, p.first_position, p.last_position, case p.outcome when 'recorded' then at end
          from placed p order by p.nth;
end $$;

-- One decision: the same in fewer and simpler statements, because with one fact the cost of each statement counts.
create function ledger.append_one(
    command_id uuid, content bytea, conditions json, records json, subjects json, oldest bigint,
    out outcome text, out first_position bigint, out last_position bigint, out recorded_at timestamptz)
    language plpgsql as $$
declare
    head  bigint;
    at    timestamptz;
    known bytea;
    facts bigint;
begin
    select l.head, l.now_is into head, at from ledger.take_lock() l;
    select c.digest, c.first_position, c.last_position into known, first_position, last_position
      from ledger.command c where c.command = command_id;
    if known is not null then
        outcome := case when known = content then 'repeated' else 'other' end;
        return;
    end if;
    if oldest < head and ledger.barred(conditions, head) <> '{}' then
        outcome := 'conflict';
        return;
    end if;
    insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject,
                               kind, fact, ordinal, authority, actor, legal_basis, case_id, payload, sealed)
    select head + 1 + r.step, at, r.effective_from, r.causation, r.command, r.correlation, r.subject,
           r.kind, r.fact, r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed
      from json_to_recordset(records) as r(
           step bigint, effective_from timestamptz, causation bigint, command uuid, correlation uuid, subject uuid,
           kind smallint, fact smallint, ordinal smallint, authority text, actor text, legal_basis text,
           case_id text, payload jsonb, sealed bytea);
    get diagnostics facts = row_count;
    outcome := 'recorded';
    first_position := head + 1;
    last_position := head + facts;
    recorded_at := at;
    insert into ledger.subject (subject, position, kind, fact)
    select s.subject, head + 1 + s.step, s.kind, s.fact
      from json_to_recordset(subjects) as s(step bigint, subject uuid, kind smallint, fact smallint);
    insert into ledger.command (command, digest, first_position, last_position)
    values (command_id, content, first_position, last_position);
end $$;

revoke execute on function ledger.append(json, json, json, json, bigint),
                           ledger.append_one(uuid, bytea, json, json, json, bigint) from public;
grant execute on function ledger.append(json, json, json, json, bigint),
                          ledger.append_one(uuid, bytea, json, json, json, bigint) to rigsbog_append;

-- By the revision a program knows whether the database is migrated.
grant select on ledger.migration to rigsbog_append, rigsbog_audit;
