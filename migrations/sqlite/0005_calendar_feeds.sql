-- Addresses by which a calendar program reads somebody's dates.
-- The same tables, columns and keys as migrations/postgres/0005_calendar_feeds.sql; a test compares them.

-- Whoever has the address may read, so it is kept as a password is: by the hash of the secret in it.
CREATE TABLE calendar_feeds (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE CHECK (length(token_hash) = 64),
    created_at TEXT NOT NULL,
    last_read_at TEXT,
    revoked_at TEXT
) STRICT;
CREATE INDEX calendar_feeds_account ON calendar_feeds (account_id);
