-- How far reactions were executed. To execute one again does no harm, because each has its own command id; to leave one
-- out would. The ledger does not show this position: most reactions have nothing to record.

create schema if not exists reaction authorization rigsbog_owner;

create table reaction.progress (
    one       boolean primary key default true check (one),
    -- The reactions to all records up to and with this position were executed.
    position  bigint not null check (position >= 0),
    -- The reactions that those records made due until this time, by the ledger's clock, were executed.
    due_until timestamptz not null
);

insert into reaction.progress (position, due_until) values (0, '-infinity');

-- A lower position only costs time; a position beyond the head of the ledger would lose reactions.
create function reaction.guard_progress() returns trigger language plpgsql as $$
begin
    if new.position > (select coalesce(max(position), 0) from ledger.record) then
        raise exception 'reactions cannot have been executed beyond the head of the ledger'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger guard_progress before update on reaction.progress
    for each row execute function reaction.guard_progress();

grant usage on schema reaction to rigsbog_append, rigsbog_project, rigsbog_audit;
grant select on reaction.progress to rigsbog_append, rigsbog_project, rigsbog_audit;
grant update on reaction.progress to rigsbog_append;
