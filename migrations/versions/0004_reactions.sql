-- How far what follows by itself was asked for. Asking again does no harm, for each reaction has a command id of its own;
-- not asking would. It is kept because the ledger cannot tell: most reactions find nothing to record and leave no trace.

create schema if not exists reaction authorization rigsbog_owner;

create table reaction.progress (
    one       boolean primary key default true check (one),
    -- The reactions to all records up to and with this position were asked for.
    position  bigint not null check (position >= 0),
    -- What fell due by those records until this time, by the ledger's clock, was asked for.
    due_until timestamptz not null
);

insert into reaction.progress (position, due_until) values (0, '-infinity');

-- Going back costs time and nothing else; going beyond the ledger would lose what follows.
create function reaction.guard_progress() returns trigger language plpgsql as $$
begin
    if new.position > (select coalesce(max(position), 0) from ledger.record) then
        raise exception 'reactions cannot have been asked for beyond the head of the ledger'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger guard_progress before update on reaction.progress
    for each row execute function reaction.guard_progress();

grant usage on schema reaction to rigsbog_append, rigsbog_project, rigsbog_audit;
grant select on reaction.progress to rigsbog_append, rigsbog_project, rigsbog_audit;
grant update on reaction.progress to rigsbog_append;
