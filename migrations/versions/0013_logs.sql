-- A log ends when its newest records were lost, and another begins: it signs the same tree under a name and key of its own.

-- The position of the fact by which the log began, and so the least size of its checkpoints; 0: the first log.
alter table seal.log add column begins bigint not null default 0 check (begins >= 0);
alter table seal.log drop column one;
alter table seal.log add primary key (begins), add unique (log), add unique (origin);

-- A later log begins by its fact, after everything that was signed.
create function ledger.guard_log() returns trigger language plpgsql as $$
begin
    if new.begins > 0 and not exists (
        select from ledger.record r join ledger.fact_name n using (fact)
         where r.position = new.begins and n.name = 'LogBegun' and r.payload ->> 'origin' = new.origin
           and r.payload ->> 'log' = 'log:' || new.log)
       or new.begins <= (select coalesce(max(size), -1) from seal.checkpoint) then
        raise exception 'no fact at position % begins the log %', new.begins, new.origin
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger guard_log before insert on seal.log for each row execute function ledger.guard_log();
alter table seal.log enable always trigger guard_log;

-- Sizes rise, every checkpoint covers records that exist, and only the newest log signs.
create or replace function ledger.guard_checkpoint() returns trigger language plpgsql as $$
begin
    if new.size <= (select coalesce(max(size), 0) from seal.checkpoint)
       or not exists (select from ledger.record where position = new.size)
       or split_part(new.note, E'\n', 1) is distinct from (select origin from seal.log order by begins desc limit 1) then
        raise exception 'a checkpoint of % records does not follow from the last one and the ledger', new.size
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

-- As before; the facts by which sealing resumes are also those of another policy and of another log.
create or replace function ledger.guard_age() returns trigger language plpgsql as $$
declare
    limit_is interval := (select max_age from seal.age_limit);
    oldest   timestamptz;
begin
    if limit_is is null then return null; end if;
    select r.recorded_at into oldest from ledger.record r
     where r.position = (select coalesce(max(size), 0) + 1 from seal.publication);
    if oldest < ledger.clock() - limit_is and exists (
        select from fresh f join ledger.fact_name n using (fact)
         where n.name not in ('SealingKeyAdopted', 'SealingKeyRetired', 'SealAgeLimitSet', 'SealHaltAcknowledged',
                              'WitnessPolicySet', 'LogBegun')) then
        raise exception 'the seal is too old: the oldest unsealed record is of %, and may be % old', oldest, limit_is
            using errcode = 'RB001', hint = 'Start `rigsbog run`, and see `rigsbog seal status`.';
    end if;
    return null;
end $$;

-- For whom sealing or publishing waits, and since when; empty when it waits for nobody.
create table seal.waiting (
    one     boolean primary key default true check (one),
    since   timestamptz not null,
    reasons text not null
);

revoke execute on function ledger.guard_log() from public;
grant execute on function ledger.guard_log() to rigsbog_seal;
grant select on seal.waiting to rigsbog_append, rigsbog_project, rigsbog_audit, rigsbog_seal;
grant insert, update, delete on seal.waiting to rigsbog_seal;
