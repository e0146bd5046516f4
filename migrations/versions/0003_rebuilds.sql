-- How far each rebuild has come, and from where the table that it replaced would go on.

set role rigsbog_project;

create table register.rebuild (
    name         text primary key,
    -- The shadow's rows follow this declaration; when the code declares otherwise, the rebuild begins anew.
    declaration  text not null,
    phase        text not null check (phase in ('begun', 'loading', 'catching_up', 'ready', 'swapped')),
    -- The shadow's rows are those of all records up to and with this position.
    position     bigint not null,
    -- The head of the ledger when the rebuild began.
    total        bigint not null,
    workers      int not null,
    -- The statements' own time without pauses, from which the next rebuild's length is foretold.
    busy_seconds double precision not null,
    started_at   timestamptz not null,
    updated_at   timestamptz not null
);

-- The table that a swap put aside: its rows are those of all records up to and with its own position.
create table register.previous (
    name        text primary key,
    declaration text not null,
    position    bigint not null,
    state       text not null,
    swapped_at  timestamptz not null
);

set role rigsbog_owner;
