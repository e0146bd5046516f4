-- How far reactions were executed decides what still follows. Only the leader writes it, in a role of its own, and
-- nobody writes that more was executed than can have been.

create function ledger.guard_reactions() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    -- The leader lock (migrations/advisory_locks.py), which `rigsbog run` holds as long as it runs.
    if not exists (select from pg_locks
                    where pid = pg_backend_pid() and locktype = 'advisory' and granted
                      and (classid, objid, objsubid) = (0, 7236560, 1)) then
        raise exception 'only who holds the leader lock says how far reactions were executed'
            using errcode = 'insufficient_privilege';
    end if;
    if new.position > (select coalesce(max(position), 0) from ledger.record) then
        raise exception 'reactions cannot have been executed beyond the head of the ledger'
            using errcode = 'integrity_constraint_violation';
    end if;
    -- An unchanged time passes: the machine's clock may have been set back since. An earlier time costs time only.
    if new.due_until is distinct from old.due_until and new.due_until > ledger.clock() then
        raise exception 'what falls due after % cannot have been executed', ledger.clock()
            using errcode = 'integrity_constraint_violation';
    end if;
    if coalesce(new.held_from > old.held_from, true) and new.position >= old.held_from then
        raise exception 'the reactions from position % on are held and were not executed', old.held_from
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;

drop trigger guard_progress on reaction.progress;
drop function reaction.guard_progress();
create trigger guard_reactions before update on reaction.progress
    for each row execute function ledger.guard_reactions();
create trigger refuse_removal before delete or truncate on reaction.progress
    for each statement execute function ledger.refuse_change();
alter table reaction.progress enable always trigger guard_reactions;
alter table reaction.progress enable always trigger refuse_removal;

-- The leader: it reads and writes its progress, and what the guard reads.
revoke update on reaction.progress from rigsbog_append;
revoke execute on function ledger.guard_reactions() from public;
grant usage on schema reaction, ledger to rigsbog_react;
grant select, update on reaction.progress to rigsbog_react;
grant select (position) on ledger.record to rigsbog_react;
grant select on ledger.simulated_clock to rigsbog_react;
grant execute on function ledger.clock(), ledger.guard_reactions() to rigsbog_react;
