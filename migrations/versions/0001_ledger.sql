-- The ledger: facts, whom they concern, and the commands that caused them; the keys that seal what is personal.

create schema if not exists ledger authorization rigsbog_owner;

create table ledger.fact_name (fact smallint primary key, name text not null unique);
create table ledger.subject_kind (kind smallint primary key, name text not null unique);

create table ledger.record (
    position       bigint primary key,
    recorded_at    timestamptz not null,
    effective_from timestamptz,
    causation      bigint,
    command        uuid not null,
    correlation    uuid not null,
    subject        uuid not null,
    kind           smallint not null,
    fact           smallint not null,
    ordinal        smallint not null,
    authority      text not null,
    actor          text not null,
    legal_basis    text not null,
    case_id        text,
    payload        jsonb not null,
    sealed         bytea
);
-- Ciphertext does not compress: trying costs time and gains nothing.
alter table ledger.record alter column sealed set storage external;
create index record_authority_case on ledger.record (authority, case_id, position);

create table ledger.subject (
    subject  uuid not null,
    position bigint not null,
    kind     smallint not null,
    fact     smallint not null,
    primary key (subject, kind, fact, position)
);

create table ledger.command (
    command        uuid primary key,
    digest         bytea not null,
    first_position bigint not null,
    last_position  bigint not null
);

-- A ledger made for a demo or a test may carry a clock of its own; a real one never can, once it holds a record.
create table ledger.simulated_clock (one boolean primary key default true check (one), now_is timestamptz not null);

create function ledger.clock() returns timestamptz language sql volatile
    return coalesce((select now_is from ledger.simulated_clock), clock_timestamp());

-- The position of the last record at or before a time: recorded_at never falls as positions rise, so halving finds it.
create function ledger.position_at(at timestamptz) returns bigint language plpgsql stable as $$
declare
    low    bigint := 0;
    high   bigint := coalesce((select max(position) from ledger.record), 0);
    middle bigint;
begin
    while low < high loop
        middle := (low + high + 1) / 2;
        if (select recorded_at from ledger.record where position = middle) <= at then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end $$;

-- Append-only: refused to everyone, in every session_replication_role (ENABLE ALWAYS below).
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % of %.% is refused', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege',
              hint = 'Record a new fact that corrects the old one.';
end $$;

-- Checked twice: whoever inserts, positions go on from the head without a hole, and the registration time is the
-- clock's within this transaction, or the head's own should the machine's clock have been set back.
create function ledger.guard_record() returns trigger language plpgsql as $$
declare
    first    bigint;
    last     bigint;
    rows     bigint;
    at       timestamptz;
    until    timestamptz;
    earlier  timestamptz;
    earliest timestamptz;
begin
    select min(position), max(position), count(*), min(recorded_at), max(recorded_at)
      into first, last, rows, at, until from fresh;
    if rows = 0 then return null; end if;
    select recorded_at into earlier from ledger.record where position = first - 1;
    if last - first + 1 <> rows or (not found and first <> 1) then
        raise exception 'positions % to % do not go on from the head of the ledger', first, last
            using errcode = 'integrity_constraint_violation';
    end if;
    earliest := greatest(earlier, coalesce((select now_is from ledger.simulated_clock), transaction_timestamp()));
    if at <> until or at < earliest or at > greatest(earlier, ledger.clock()) then
        raise exception 'the registration time % is not the ledger''s clock', at
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

-- Subjects and commands can only be written with the very records that they point at, in the same transaction.
create function ledger.guard_companion() returns trigger language plpgsql as $$
declare
    first bigint;
    last  bigint;
begin
    if tg_table_name = 'subject' then
        select min(position), max(position) into first, last from fresh;
    else
        select min(first_position), max(last_position) into first, last from fresh;
    end if;
    if first is not null and (
        (select xmin from ledger.record where position = first) is distinct from pg_current_xact_id()::xid
        or not exists (select from ledger.record where position = last)
    ) then
        raise exception 'rows of ledger.% must be written with their own records', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

create trigger guard_record after insert on ledger.record referencing new table as fresh
    for each statement execute function ledger.guard_record();

create function ledger.guard_simulated_clock() returns trigger language plpgsql as $$
begin
    -- Nobody records while the clock is set, so that every record has one time or the other.
    perform pg_advisory_xact_lock(7236553);
    if tg_op = 'INSERT' and not exists (select from ledger.record) then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.now_is >= old.now_is then
        return new;
    end if;
    raise exception 'a ledger''s clock is simulated from its first record or never, and never runs backwards'
        using errcode = 'insufficient_privilege';
end $$;
create trigger guard_simulated_clock before insert or update or delete on ledger.simulated_clock
    for each row execute function ledger.guard_simulated_clock();
create trigger refuse_truncate before truncate on ledger.simulated_clock
    for each statement execute function ledger.refuse_change();

do $$
declare
    guarded text;
    guard   record;
begin
    foreach guarded in array array['record', 'subject', 'command', 'fact_name', 'subject_kind'] loop
        execute format('create trigger refuse_change before update or delete or truncate on ledger.%I '
                       'for each statement execute function ledger.refuse_change()', guarded);
    end loop;
    foreach guarded in array array['subject', 'command'] loop
        execute format('create trigger guard_companion after insert on ledger.%I referencing new table as fresh '
                       'for each statement execute function ledger.guard_companion()', guarded);
    end loop;
    for guard in
        select t.tgrelid::regclass as guarded, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where not t.tgisinternal and c.relnamespace = 'ledger'::regnamespace
    loop
        execute format('alter table %s enable always trigger %I', guard.guarded, guard.tgname);
    end loop;
end $$;

-- The one lock of the ledger: held to the end of the transaction, so that positions follow the order of commits.
create function ledger.take_lock() returns table (head bigint, now_is timestamptz) language plpgsql as $$
declare
    latest timestamptz;
begin
    perform pg_advisory_xact_lock(7236553);
    select r.position, r.recorded_at into head, latest from ledger.record r order by r.position desc limit 1;
    head := coalesce(head, 0);
    now_is := greatest(ledger.clock(), latest);
    return next;
end $$;

-- Take the lock, say for each of some independent decisions how it stands, and give positions to those that may be
-- recorded. A decision has a command, a digest, and the number of its facts. It is in conflict when something after
-- `after` matches one of its conditions: a fact about a subject, about all of several (`others` holds the rest), or any.
create function ledger.begin_batch(decisions json, conditions json)
    returns table (now_is timestamptz, outcome text, first_position bigint, last_position bigint) language plpgsql as $$
declare
    head   bigint;
    clock  timestamptz;
    barred bigint[];
begin
    select l.head, l.now_is into head, clock from ledger.take_lock() l;
    if json_array_length(conditions) > 0 then
        barred := array(
            select c.nth
              from json_to_recordset(conditions) as c(
                   nth bigint, after bigint, facts smallint[], kind smallint, subject uuid, others json)
             where case
                when c.subject is null then exists (
                    select from ledger.record r
                     where r.position > c.after and (c.facts is null or r.fact = any (c.facts)))
                else exists (
                    select from ledger.subject s
                     where s.subject = c.subject and s.kind = c.kind and s.position > c.after
                       and s.fact = any (coalesce(c.facts, (select array_agg(n.fact) from ledger.fact_name n)))
                       and (c.others is null or not exists (
                           select from json_to_recordset(c.others) as t(kind smallint, subject uuid)
                            where not exists (select from ledger.subject o where o.subject = t.subject
                                               and o.kind = t.kind and o.fact = s.fact and o.position = s.position))))
                end);
    end if;
    return query
        with standing as (
            select d.nth, d.size, c.first_position, c.last_position,
                   case when c.command is not null
                        then case when c.digest = d.digest then 'repeated' else 'other' end
                        when d.nth = any (barred) then 'conflict'
                        else 'recorded' end as outcome
              from rows from (json_to_recordset(decisions) as (command uuid, digest bytea, size bigint))
                   with ordinality as d(command, digest, size, nth)
              left join ledger.command c on c.command = d.command
        ), placed as (
            select s.*, head + sum(s.size) filter (where s.outcome = 'recorded') over (order by s.nth) as until
              from standing s
        )
        select clock, p.outcome,
               case p.outcome when 'recorded' then p.until::bigint - p.size + 1 else p.first_position end,
               case p.outcome when 'recorded' then p.until::bigint else p.last_position end
          from placed p order by p.nth;
end $$;

-- Independent decisions in one transaction, each with its own outcome; `nth` says to which decision a row belongs.
create function ledger.append(decisions json, conditions json, records json, subjects json)
    returns table (outcome text, first_position bigint, last_position bigint) language plpgsql as $$
declare
    at       timestamptz;
    outcomes text[];
    firsts   bigint[];
    lasts    bigint[];
    placed   bigint[];
begin
    select min(b.now_is), array_agg(b.outcome), array_agg(b.first_position), array_agg(b.last_position),
           array_agg(case b.outcome when 'recorded' then b.first_position end)
      into at, outcomes, firsts, lasts, placed
      from ledger.begin_batch(decisions, conditions) b;
    if 'recorded' = any (outcomes) then
        insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject,
                                   kind, fact, ordinal, authority, actor, legal_basis, case_id, payload, sealed)
        select placed[r.nth] + r.step, at, r.effective_from, r.causation, r.command, r.correlation, r.subject,
               r.kind, r.fact, r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed
          from json_to_recordset(records) as r(
               nth bigint, step bigint, effective_from timestamptz, causation bigint, command uuid, correlation uuid,
               subject uuid, kind smallint, fact smallint, ordinal smallint, authority text, actor text,
               legal_basis text, case_id text, payload jsonb, sealed bytea)
         where placed[r.nth] is not null;
        insert into ledger.subject (subject, position, kind, fact)
        select s.subject, placed[s.nth] + s.step, s.kind, s.fact
          from json_to_recordset(subjects) as s(nth bigint, step bigint, subject uuid, kind smallint, fact smallint)
         where placed[s.nth] is not null;
        insert into ledger.command (command, digest, first_position, last_position)
        select d.command, d.digest, firsts[d.nth], lasts[d.nth]
          from rows from (json_to_recordset(decisions) as (command uuid, digest bytea))
               with ordinality as d(command, digest, nth)
         where placed[d.nth] is not null;
        perform pg_notify('rigsbog_ledger', '');
    elsif 'repeated' = any (outcomes) then
        -- The first outcome may still be on its way to the standbys: a commit of our own waits for it.
        perform pg_logical_emit_message(true, 'rigsbog', 'repeated');
    end if;
    return query select * from unnest(outcomes, firsts, lasts);
end $$;

create schema if not exists vault authorization rigsbog_owner;

-- One random key for each holder and retention class, wrapped by a key that is not in the database.
-- Destroying a row erases, everywhere at once, all that the key sealed.
create table vault.data_key (
    key       uuid primary key,
    holder    text not null,
    retention text not null,
    wrapped   bytea not null,
    wrapped_by text not null,
    unique (holder, retention)
);

-- The names of destroyed keys, so that what they sealed is told from a part that was altered.
create table vault.destroyed_key (key uuid primary key, destroyed_at timestamptz not null default clock_timestamp());

-- The keys of the look-up indexes (CPR, CVR, account), wrapped likewise.
create table vault.index_key (purpose text primary key, wrapped bytea not null, wrapped_by text not null);

grant usage on schema ledger to rigsbog_append, rigsbog_project, rigsbog_audit;
grant select on all tables in schema ledger to rigsbog_append, rigsbog_project, rigsbog_audit;
grant insert on ledger.record, ledger.subject, ledger.command to rigsbog_append;
grant usage on schema vault to rigsbog_append;
grant select, insert on vault.data_key, vault.index_key to rigsbog_append;
grant select on vault.destroyed_key to rigsbog_append;
revoke execute on all functions in schema ledger from public;
grant execute on all functions in schema ledger to rigsbog_append;
grant execute on function ledger.clock(), ledger.position_at(timestamptz) to rigsbog_project, rigsbog_audit;
