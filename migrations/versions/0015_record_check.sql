-- How far `rigsbog run` has compared the sealed records with the seal again, and when it last came to the end.
-- It is shown to people, and by it a restarted round goes on. No guarantee rests on it: who can write here can also
-- make one round begin later in the ledger, and the next one begins at its first record again.
create table seal.record_check (
    one           boolean primary key default true check (one),
    -- Records of the present round that are compared, in whole tiles.
    compared      bigint not null check (compared >= 0),
    -- The records of the last whole round, and its end by the machine's clock.
    last_size     bigint,
    last_ended_at timestamptz
);
grant select on seal.record_check to rigsbog_append, rigsbog_project, rigsbog_audit, rigsbog_seal;
grant insert, update on seal.record_check to rigsbog_seal;
