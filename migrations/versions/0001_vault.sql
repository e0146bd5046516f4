-- The keys that encrypt personal fields, and the privileges of each role.

create schema if not exists vault authorization rigsbog_owner;

-- One random key for each holder and retention class, wrapped by a key that is not in the database.
-- Destroying a row erases everything that was encrypted with the key, in every copy.
create table vault.data_key (
    key       uuid primary key,
    holder    text not null,
    retention text not null,
    wrapped   bytea not null,
    wrapped_by text not null,
    unique (holder, retention)
);

-- The ids of destroyed keys: they distinguish an erased field from an altered one.
create table vault.destroyed_key (key uuid primary key, destroyed_at timestamptz not null default clock_timestamp());

-- The keys of the look-up indexes (CPR, CVR, account), also wrapped.
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
