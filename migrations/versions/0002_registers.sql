-- The registers: tables built from the ledger by their declarations, and their progress. None is a source of truth.

create schema if not exists register authorization rigsbog_owner;
alter schema register owner to rigsbog_project;
grant usage on schema register to rigsbog_append, rigsbog_audit;

-- Registers are created from their declarations, not here: readers may read every table that rigsbog_project creates.
alter default privileges for role rigsbog_project in schema register
    grant select on tables to rigsbog_append, rigsbog_audit;

set role rigsbog_project;

create table register.progress (
    name        text primary key,
    -- A digest of the declaration that the rows follow; if the code's declaration differs, they are stale.
    declaration text not null,
    -- The rows are those of all records up to and with this position.
    position    bigint not null,
    state       text not null check (state in ('following', 'stopped', 'stale')),
    -- Why a stopped register stopped: {position, fact, cause}.
    error       jsonb,
    updated_at  timestamptz not null
);

-- The value of a fact that happens once: any value of the group, because there is only one. PostgreSQL 16 has its own.
do $$
begin
    if current_setting('server_version_num')::int >= 160000 then
        create aggregate register.sole(anyelement) (
            sfunc = any_value_transfn, stype = anyelement, combinefunc = any_value_transfn, parallel = safe);
    else
        create function register.keep(anyelement, anyelement) returns anyelement
            language sql immutable strict parallel safe as 'select $1';
        create aggregate register.sole(anyelement) (
            sfunc = register.keep, stype = anyelement, combinefunc = register.keep, parallel = safe);
    end if;
end $$;

set role rigsbog_owner;
