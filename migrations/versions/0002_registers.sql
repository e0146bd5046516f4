-- The registers: tables built from the ledger by their declarations, and how far each has come. None is a source of truth.

create schema if not exists register authorization rigsbog_owner;
alter schema register owner to rigsbog_project;
grant usage on schema register to rigsbog_append, rigsbog_audit;

-- Registers are made by their declarations, not here: whatever rigsbog_project makes, readers may read.
alter default privileges for role rigsbog_project in schema register
    grant select on tables to rigsbog_append, rigsbog_audit;

set role rigsbog_project;

create table register.progress (
    name        text primary key,
    -- A digest of the declaration that the rows follow; when the code declares otherwise, they are stale.
    declaration text not null,
    -- The rows are those of all records up to and with this position.
    position    bigint not null,
    state       text not null check (state in ('following', 'stopped', 'stale')),
    -- Why a stopped register stopped: {position, fact, cause}.
    error       jsonb,
    updated_at  timestamptz not null
);

-- The value of a fact that happens once: any of the group's values, for there is but one. PostgreSQL 16 brought its own.
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
