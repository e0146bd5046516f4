-- How decisions are recorded: one lock, the conflicts of a decision, and the positions of the recorded facts.

-- The one lock of the ledger: held to the end of the transaction, so that positions follow the order of commits.
create function ledger.take_lock(out head bigint, out now_is timestamptz) language plpgsql as $$
declare
    latest timestamptz;
begin
    perform pg_advisory_xact_lock(7236553);
    select r.position, r.recorded_at into head, latest from ledger.record r order by r.position desc limit 1;
    head := coalesce(head, 0);
    now_is := greatest(ledger.clock(), latest);
end $$;

-- The decisions, by their numbers from 1, that conflict with a fact recorded after `after`: about one subject, about
-- all of several subjects (`others` holds the rest), or any fact. Without a later record, nothing is looked up.
create function ledger.barred(conditions json, head bigint) returns bigint[] language sql stable
    return array(
        select c.nth
          from json_to_recordset(conditions) as c(
               nth bigint, after bigint, facts smallint[], kind smallint, subject uuid, others json)
         where c.after < head and case
            when c.subject is null then exists (
                select from ledger.record r
                 where r.position > c.after and (c.facts is null or r.fact = any (c.facts)))
            else exists (
                select from ledger.subject s
                 where s.subject = c.subject and s.kind = c.kind and s.position > c.after
                   and s.fact = any (coalesce(c.facts, (select array_agg(n.fact) from ledger.fact_name n)))
                   and (c.others is null or not exists (
                       select from json_to_recordset(c.others) as t(kind smallint, subject uuid)
                        where not exists (select from ledger.subject o where o.subject = t.subject
                                           and o.kind = t.kind and o.fact = s.fact and o.position = s.position))))
            end);

-- The outcome of each independent decision after `head`, and the positions of those that may be recorded. A decision
-- has a command, a digest, and the number of its facts.
create function ledger.place(decisions json, head bigint, barred bigint[])
    returns table (nth bigint, command uuid, digest bytea, outcome text, first_position bigint, last_position bigint)
    language sql stable as $$
        with judged as (
            select d.nth, d.command, d.digest, d.size, c.first_position, c.last_position,
                   case when c.command is not null
                        then case when c.digest = d.digest then 'repeated' else 'other' end
                        when d.nth = any (barred) then 'conflict'
                        else 'recorded' end as outcome
              from rows from (json_to_recordset(decisions) as (command uuid, digest bytea, size bigint))
                   with ordinality as d(command, digest, size, nth)
              left join ledger.command c on c.command = d.command
        ), summed as (
            select s.*, head + (sum(s.size) filter (where s.outcome = 'recorded') over (order by s.nth))::bigint as until
              from judged s
        )
        select s.nth, s.command, s.digest, s.outcome,
               case s.outcome when 'recorded' then s.until - s.size + 1 else s.first_position end,
               case s.outcome when 'recorded' then s.until else s.last_position end
          from summed s
    $$;

-- Independent decisions in one transaction, each with its own outcome; `nth` is the number of a row's decision, and
-- `step` that of the fact within it. `oldest` is the least `after` of the conditions: at the head, none conflicts.
create function ledger.append(decisions json, conditions json, records json, subjects json, oldest bigint default 0)
    returns table (outcome text, first_position bigint, last_position bigint) language plpgsql as $$
declare
    head   bigint;
    at     timestamptz;
    barred bigint[];
begin
    select l.head, l.now_is into head, at from ledger.take_lock() l;
    if oldest < head then
        barred := ledger.barred(conditions, head);
    end if;
    return query
        with placed as materialized (
            select p.* from ledger.place(decisions, head, barred) p
        ), recorded as (
            insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject,
                                       kind, fact, ordinal, authority, actor, legal_basis, case_id, payload, sealed)
            select p.first_position + r.step, at, r.effective_from, r.causation, r.command, r.correlation, r.subject,
                   r.kind, r.fact, r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed
              from placed p
              join json_to_recordset(records) as r(
                   nth bigint, step bigint, effective_from timestamptz, causation bigint, command uuid,
                   correlation uuid, subject uuid, kind smallint, fact smallint, ordinal smallint, authority text,
                   actor text, legal_basis text, case_id text, payload jsonb, sealed bytea) using (nth)
             where p.outcome = 'recorded'
        ), concerned as (
            insert into ledger.subject (subject, position, kind, fact)
            select s.subject, p.first_position + s.step, s.kind, s.fact
              from placed p
              join json_to_recordset(subjects) as s(
                   nth bigint, step bigint, subject uuid, kind smallint, fact smallint) using (nth)
             where p.outcome = 'recorded'
        ), executed as (
            insert into ledger.command (command, digest, first_position, last_position)
            select p.command, p.digest, p.first_position, p.last_position from placed p where p.outcome = 'recorded'
        )
        select p.outcome, p.first_position, p.last_position from placed p order by p.nth;
end $$;

-- One decision: the same in fewer and simpler statements, because with one fact the cost of each statement counts.
create function ledger.append_one(
    command_id uuid, content bytea, conditions json, records json, subjects json, oldest bigint,
    out outcome text, out first_position bigint, out last_position bigint) language plpgsql as $$
declare
    head  bigint;
    at    timestamptz;
    known bytea;
    facts bigint;
begin
    select l.head, l.now_is into head, at from ledger.take_lock() l;
    select c.digest, c.first_position, c.last_position into known, first_position, last_position
      from ledger.command c where c.command = command_id;
    if known is not null then
        outcome := case when known = content then 'repeated' else 'other' end;
        return;
    end if;
    if oldest < head and ledger.barred(conditions, head) <> '{}' then
        outcome := 'conflict';
        return;
    end if;
    insert into ledger.record (position, recorded_at, effective_from, causation, command, correlation, subject,
                               kind, fact, ordinal, authority, actor, legal_basis, case_id, payload, sealed)
    select head + 1 + r.step, at, r.effective_from, r.causation, r.command, r.correlation, r.subject,
           r.kind, r.fact, r.ordinal, r.authority, r.actor, r.legal_basis, r.case_id, r.payload, r.sealed
      from json_to_recordset(records) as r(
           step bigint, effective_from timestamptz, causation bigint, command uuid, correlation uuid, subject uuid,
           kind smallint, fact smallint, ordinal smallint, authority text, actor text, legal_basis text,
           case_id text, payload jsonb, sealed bytea);
    get diagnostics facts = row_count;
    outcome := 'recorded';
    first_position := head + 1;
    last_position := head + facts;
    insert into ledger.subject (subject, position, kind, fact)
    select s.subject, head + 1 + s.step, s.kind, s.fact
      from json_to_recordset(subjects) as s(step bigint, subject uuid, kind smallint, fact smallint);
    insert into ledger.command (command, digest, first_position, last_position)
    values (command_id, content, first_position, last_position);
end $$;
