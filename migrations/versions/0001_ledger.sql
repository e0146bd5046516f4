-- The ledger: facts, the subjects that they concern, the commands that caused them, and the triggers that guard them.

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

-- A ledger for a demo or a test may have a simulated clock. It cannot be set once the ledger holds a record.
create table ledger.simulated_clock (one boolean primary key default true check (one), now_is timestamptz not null);

-- plpgsql caches its plan for the session; an SQL function would be planned again in each transaction.
create function ledger.clock() returns timestamptz language plpgsql volatile as $$
begin
    return coalesce((select now_is from ledger.simulated_clock), clock_timestamp());
end $$;

-- The position of the last record at or before a time: recorded_at never decreases as positions rise: binary search.
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

-- Checks every insert again: positions continue from the head without a gap, and the registration time is the clock's
-- within this transaction, or that of the head if the machine's clock was set back.
create function ledger.guard_record() returns trigger language plpgsql as $$
declare
    first    bigint;
    last     bigint;
    rows     bigint;
    at       timestamptz;
    until    timestamptz;
    head     bigint;
    earlier  timestamptz;
    earliest timestamptz;
begin
    select f.*, r.position, r.recorded_at, greatest(r.recorded_at, coalesce(s.now_is, transaction_timestamp()))
      into first, last, rows, at, until, head, earlier, earliest
      from (select min(position) as first, max(position), count(*), min(recorded_at), max(recorded_at) from fresh) f
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
    -- Notifies every listener of the ledger when the transaction commits.
    perform pg_notify('rigsbog_ledger', '');
    return null;
end $$;

-- Subjects and commands can only be written with the records that they point at, in the same transaction.
create function ledger.guard_companion() returns trigger language plpgsql as $$
declare
    own boolean;
begin
    if tg_table_name = 'subject' then
        own := (select f.first is null or exists (
                    select from ledger.record a, ledger.record z
                     where a.position = f.first and a.xmin = pg_current_xact_id()::xid and z.position = f.last)
                  from (select min(position) as first, max(position) as last from fresh) f);
    else
        own := (select f.first is null or exists (
                    select from ledger.record a, ledger.record z
                     where a.position = f.first and a.xmin = pg_current_xact_id()::xid and z.position = f.last)
                  from (select min(first_position) as first, max(last_position) as last from fresh) f);
    end if;
    if not own then
        raise exception 'rows of ledger.% must be written with their own records', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;

create trigger guard_record after insert on ledger.record referencing new table as fresh
    for each statement execute function ledger.guard_record();

create function ledger.guard_simulated_clock() returns trigger language plpgsql as $$
begin
    -- The ledger's lock: no record is written while the clock is set.
    perform pg_advisory_xact_lock(7236553);
    if tg_op = 'INSERT' and not exists (select from ledger.record) then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.now_is >= old.now_is then
        return new;
    end if;
    raise exception 'only an empty ledger''s clock can be simulated, and a simulated clock cannot be set back'
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
