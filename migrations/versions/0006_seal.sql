-- The seal of the ledger: the tree in tiles, the entries under it, and the signed, witnessed and published checkpoints.

create schema if not exists seal authorization rigsbog_owner;

-- The log's permanent name, created with the first checkpoint.
create table seal.log (one boolean primary key default true check (one), log uuid not null, origin text not null);

-- Hash tiles (C2SP tlog-tiles): up to 256 hashes of 32 bytes.
create table seal.tile (
    level  smallint not null check (level between 0 and 7),
    index  bigint not null check (index >= 0),
    hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, index)
);
-- Hashes do not compress, and growing bundles would be compressed again and again, which costs more than sealing.
alter table seal.tile alter column hashes set storage external;

-- The canonical bytes of up to 256 records, each after its length in two bytes.
create table seal.bundle (index bigint primary key check (index >= 0), entries bytea not null);
alter table seal.bundle alter column entries set storage external;

create table seal.checkpoint (
    size      bigint primary key check (size > 0),
    -- The note as the log signed it; cosignatures are in their own table.
    note      text not null,
    -- By the ledger's clock; the text of a checkpoint holds no time.
    sealed_at timestamptz not null
);

create table seal.cosignature (
    size        bigint not null references seal.checkpoint,
    witness     text not null,
    -- One signature line, with its end.
    line        text not null,
    cosigned_at timestamptz not null,
    primary key (size, witness)
);

-- Time-stamp tokens (RFC 3161) on a checkpoint's signed note.
create table seal.time_stamp (
    size       bigint not null references seal.checkpoint,
    authority  text not null,
    token      bytea not null,
    stamped_at timestamptz not null,
    primary key (size, authority)
);

-- A checkpoint is published once it is committed and as many witnesses as the policy needs have cosigned it.
create table seal.publication (size bigint primary key references seal.checkpoint, published_at timestamptz not null);

-- Why sealing stopped: it resumes only after an operator acknowledged the halt, which is recorded as a fact.
create table seal.halt (
    halt        uuid primary key,
    halted_at   timestamptz not null,
    size        bigint not null,
    cause       text not null
);
create table seal.halt_acknowledged (
    halt     uuid primary key references seal.halt,
    -- The position of the fact.
    position bigint not null
);

-- How old the oldest record that no published checkpoint covers may be, before no more are taken. Empty: no limit.
create table seal.age_limit (one boolean primary key default true check (one), max_age interval not null check (max_age > '0'));

-- A tile or a bundle only grows: its content was signed.
create function ledger.guard_growth() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'tile' then
        if (new.level, new.index) = (old.level, old.index) and length(new.hashes) > length(old.hashes)
           and substring(new.hashes for length(old.hashes)) = old.hashes then
            return new;
        end if;
    elsif new.index = old.index and length(new.entries) > length(old.entries)
          and substring(new.entries for length(old.entries)) = old.entries then
        return new;
    end if;
    raise exception 'seal.% only grows: its content was signed', tg_table_name
        using errcode = 'insufficient_privilege';
end $$;

-- Sizes rise, and every checkpoint covers records that exist.
create function ledger.guard_checkpoint() returns trigger language plpgsql as $$
begin
    if new.size <= (select coalesce(max(size), 0) from seal.checkpoint)
       or not exists (select from ledger.record where position = new.size) then
        raise exception 'a checkpoint of % records does not follow from the last one and the ledger', new.size
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

do $$
declare
    guarded text;
    guard   record;
begin
    foreach guarded in array array['log', 'checkpoint', 'cosignature', 'time_stamp', 'publication', 'halt', 'halt_acknowledged'] loop
        execute format('create trigger refuse_change before update or delete or truncate on seal.%I '
                       'for each statement execute function ledger.refuse_change()', guarded);
    end loop;
    foreach guarded in array array['tile', 'bundle'] loop
        execute format('create trigger guard_growth before update on seal.%I '
                       'for each row execute function ledger.guard_growth()', guarded);
        execute format('create trigger refuse_removal before delete or truncate on seal.%I '
                       'for each statement execute function ledger.refuse_change()', guarded);
    end loop;
    create trigger guard_checkpoint before insert on seal.checkpoint
        for each row execute function ledger.guard_checkpoint();
    for guard in
        select t.tgrelid::regclass as guarded, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where not t.tgisinternal and c.relnamespace = 'seal'::regnamespace
    loop
        execute format('alter table %s enable always trigger %I', guard.guarded, guard.tgname);
    end loop;
end $$;

-- Fail closed: no record is accepted while the oldest unsealed one is older than the limit, except the facts by which
-- sealing resumes.
create function ledger.guard_age() returns trigger language plpgsql as $$
declare
    limit_is interval := (select max_age from seal.age_limit);
    oldest   timestamptz;
begin
    if limit_is is null then return null; end if;
    select r.recorded_at into oldest from ledger.record r
     where r.position = (select coalesce(max(size), 0) + 1 from seal.publication);
    if oldest < ledger.clock() - limit_is and exists (
        select from fresh f join ledger.fact_name n using (fact)
         where n.name not in ('SealingKeyAdopted', 'SealingKeyRetired', 'SealAgeLimitSet', 'SealHaltAcknowledged')) then
        raise exception 'the seal is too old: the oldest unsealed record is of %, and may be % old', oldest, limit_is
            using errcode = 'RB001', hint = 'Start `rigsbog run`, and see `rigsbog seal status`.';
    end if;
    return null;
end $$;
create trigger guard_age after insert on ledger.record referencing new table as fresh
    for each statement execute function ledger.guard_age();
alter table ledger.record enable always trigger guard_age;

-- Every record can be sealed: a canonical form has at most 65,535 bytes, and only integers. There, each byte of the
-- header takes up to six, a payload the size of its text, and each subject about fifty. Only a payload that is long in
-- binary has its text measured; such a payload is rare.
alter table ledger.record add constraint record_is_sealable check (
    (pg_column_size(payload) <= 4000 or octet_length(payload::text) <= 28000)
    and octet_length(authority) + octet_length(actor) + octet_length(legal_basis)
        + coalesce(octet_length(case_id), 0) <= 1000) not valid;
alter table ledger.record add constraint record_has_plain_numbers check (
    not jsonb_path_exists(payload, '$.** ? (@.type() == "number" && '
                                   '(@ > 9007199254740991 || @ < -9007199254740991 || @ != @.floor()))')) not valid;

-- As before, and a record concerns at most 500 subjects, so that it can be sealed.
create or replace function ledger.guard_companion() returns trigger language plpgsql as $$
declare
    own  boolean;
    rows bigint;
begin
    if tg_table_name = 'subject' then
        select f.rows, f.first is null or exists (
                    select from ledger.record a, ledger.record z
                     where a.position = f.first and a.xmin = pg_current_xact_id()::xid and z.position = f.last)
          into rows, own
          from (select count(*) as rows, min(position) as first, max(position) as last from fresh) f;
        if rows > 500 and exists (select from fresh group by position having count(*) > 500) then
            raise exception 'a record concerns more than 500 subjects' using errcode = 'check_violation',
                constraint = 'record_is_sealable';
        end if;
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

grant usage on schema seal to rigsbog_append, rigsbog_project, rigsbog_audit, rigsbog_seal;
grant select on all tables in schema seal to rigsbog_append, rigsbog_project, rigsbog_audit, rigsbog_seal;
grant usage on schema ledger to rigsbog_seal;
grant select on all tables in schema ledger to rigsbog_seal;
grant insert on seal.log, seal.tile, seal.bundle, seal.checkpoint, seal.cosignature, seal.time_stamp, seal.publication,
    seal.halt to rigsbog_seal;
grant update (hashes) on seal.tile to rigsbog_seal;
grant update (entries) on seal.bundle to rigsbog_seal;
grant execute on function ledger.clock(), ledger.position_at(timestamptz) to rigsbog_seal;
revoke execute on function ledger.guard_age(), ledger.guard_growth(), ledger.guard_checkpoint() from public;
grant execute on function ledger.guard_growth(), ledger.guard_checkpoint(), ledger.refuse_change() to rigsbog_seal;
grant execute on function ledger.guard_age() to rigsbog_append;
