-- How far each rebuild has come, and the table that it replaced.

set role rigsbog_project;

create table register.rebuild (
    name         text primary key,
    -- The declaration of the shadow table; if the code's declaration differs, the rebuild starts again.
    declaration  text not null,
    phase        text not null check (phase in ('begun', 'loading', 'catching_up', 'ready', 'swapped')),
    -- The shadow table's rows are those of all records up to and with this position.
    position     bigint not null,
    -- The head of the ledger when the rebuild began.
    total        bigint not null,
    workers      int not null,
    -- The statements' time without pauses, from which the length of the next rebuild is estimated.
    busy_seconds double precision not null,
    started_at   timestamptz not null,
    updated_at   timestamptz not null
);

-- The table that a swap replaced: its rows are those of all records up to and with its own position.
create table register.previous (
    name        text primary key,
    declaration text not null,
    position    bigint not null,
    state       text not null,
    swapped_at  timestamptz not null
);

set role rigsbog_owner;
