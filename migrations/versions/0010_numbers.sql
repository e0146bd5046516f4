-- Which subject a CPR or CVR number has. The subject is random, so without its row nobody can get from a number
-- to the records about it: erasure deletes the row. It is inserted in the transaction that records the number's fact.
create table vault.number (
    number_index uuid primary key,      -- the number, as the vault's keyed index
    subject      uuid not null unique,
    mac          uuid not null          -- over both, keyed: a row cannot be made or changed without the key
);

grant select, insert on vault.number to rigsbog_append;
