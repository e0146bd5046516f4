-- Who called, apart from the actor that the caller claims; the salt that blinds subjects in the seal; what each
-- recorded command consulted; and from which record on reactions are to be executed again.

-- Both are filled by the database, and null in records from before. The default is set in a step of its own, so that
-- no earlier record gets one.
alter table ledger.record add column caller text, add column salt uuid;
alter table ledger.record alter column caller set default session_user, alter column salt set default gen_random_uuid();

-- Who records facts cannot name these two columns at all.
revoke insert on ledger.record from rigsbog_append;
grant insert (position, recorded_at, effective_from, causation, command, correlation, subject, kind, fact, ordinal,
              authority, actor, legal_basis, case_id, payload, sealed) on ledger.record to rigsbog_append;

-- As before, and the caller is the one who is logged in, whatever role is set, and every record has a salt.
create or replace function ledger.guard_record() returns trigger language plpgsql as $$
declare
    first    bigint;
    last     bigint;
    rows     bigint;
    at       timestamptz;
    until    timestamptz;
    head     bigint;
    earlier  timestamptz;
    earliest timestamptz;
    own      boolean;
begin
    select f.*, r.position, r.recorded_at, greatest(r.recorded_at, coalesce(s.now_is, transaction_timestamp()))
      into first, last, rows, at, until, own, head, earlier, earliest
      from (select min(position) as first, max(position), count(*), min(recorded_at), max(recorded_at),
                   bool_and(caller is not distinct from session_user and salt is not null) from fresh) f
      left join ledger.record r on r.position = f.first - 1
      left join ledger.simulated_clock s on true;
    if rows = 0 then return null; end if;
    if last - first + 1 <> rows or (head is null and first <> 1) then
        raise exception 'positions % to % do not continue from the head of the ledger', first, last
            using errcode = 'integrity_constraint_violation';
    end if;
    if at <> until or at < earliest or at > greatest(earlier, ledger.clock()) then
        raise exception 'the registration time % is not the ledger''s clock', at
            using errcode = 'integrity_constraint_violation';
    end if;
    if not own then
        raise exception 'the database itself fills the columns caller and salt'
            using errcode = 'integrity_constraint_violation';
    end if;
    -- Notifies every listener of the ledger when the transaction commits.
    perform pg_notify('rigsbog_ledger', '');
    return null;
end $$;

-- A blinded subject is longer than a plain one, so a payload must be shorter.
alter table ledger.record drop constraint record_is_sealable;
alter table ledger.record add constraint record_is_sealable check (
    (pg_column_compression(payload) is null and pg_column_size(payload) <= 500
     or (pg_column_compression(payload) is null and pg_column_size(payload) <= 4000
         or octet_length(payload::text) <= case when salt is null then 28000 else 25000 end)
        and not jsonb_path_exists(payload, '$.**{64}'))
    and octet_length(authority) + octet_length(actor) + octet_length(legal_basis)
        + coalesce(octet_length(case_id), 0) <= 1000) not valid;

-- The states on which a recorded command was decided: [[entity, subject], ...], each as it was at the position
-- `read_to`. Null in commands from before, and in those that consult nothing.
alter table ledger.command add column consulted jsonb, add column read_to bigint;

-- Set aside as 0009 did it: calls that wait for the ledger's lock run in the earlier function. A writer of the earlier
-- version calls the new one, without what it consulted.
alter function ledger.append_one(uuid, bytea, json, json, json, bigint) rename to append_one_before_0011;

-- Independent decisions in one transaction, each with its own outcome; `nth` is the number of a row's decision, and
-- `step` that of the fact within it. `oldest` is the least `after` of the conditions: at the head, none conflicts.
create or replace function ledger.append(
    decisions json, conditions json, records json, subjects json, oldest bigint default 0)
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
            insert into ledger.command (command, digest, first_position, last_position, consulted, read_to)
            select p.command, p.digest, p.first_position, p.last_position, d.consulted, d.read_to
              from placed p
              join rows from (json_to_recordset(decisions) as (consulted jsonb, read_to bigint))
                   with ordinality as d(consulted, read_to, nth) using (nth)
             where p.outcome = 'recorded'
        )
        select p.outcome, p.first_position, p.last_position, case p.outcome when 'recorded' then at end
          from placed p order by p.nth;
end $$;

-- One decision: the same in fewer and simpler statements, because with one fact the cost of each statement counts.
create function ledger.append_one(
    command_id uuid, content bytea, conditions json, records json, subjects json, oldest bigint,
    consulted jsonb default null,
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
    insert into ledger.command (command, digest, first_position, last_position, consulted, read_to)
    values (command_id, content, first_position, last_position, consulted,
            case when consulted is not null then oldest end);
end $$;

revoke execute on function ledger.append_one(uuid, bytea, json, json, json, bigint, jsonb) from public;
grant execute on function ledger.append_one(uuid, bytea, json, json, json, bigint, jsonb) to rigsbog_append;

-- The first record whose reactions were not executed, because only a newer version knows it or what it depends on.
alter table reaction.progress add column held_from bigint check (held_from > 0);
