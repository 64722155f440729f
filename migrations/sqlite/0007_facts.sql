-- The record can hold what it could not before: extensions that are told apart, and credits that were taken back.
-- The same tables, columns and keys as migrations/postgres/0007_facts.sql; a test compares them.

-- An extension is known by whose it is, of which certification, and for which day it was granted.
CREATE UNIQUE INDEX extensions_of_one ON extensions (profile_id, certification, extended_on) WHERE profile_id IS NOT NULL;
CREATE UNIQUE INDEX extensions_of_all ON extensions (certification, extended_on) WHERE profile_id IS NULL;

-- Credits that had been approved and were taken back. The claim itself is denied from then on; when it had been approved
-- is kept here, because the record still knows both. It takes two people.
CREATE TABLE revocations (
    claim_id TEXT NOT NULL PRIMARY KEY REFERENCES claims (id),
    approved_at TEXT NOT NULL,
    revoked_at TEXT NOT NULL,
    revoked_by TEXT NOT NULL REFERENCES accounts (id),
    confirmed_by TEXT NOT NULL REFERENCES accounts (id),
    CHECK (revoked_by <> confirmed_by)
) STRICT;

-- Who does what only one server at a time does, and until when it is theirs without a word from them.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until TEXT NOT NULL
) STRICT;
