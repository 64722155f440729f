-- What is counted once is counted once, whatever moves meanwhile.
-- The same tables, columns and keys as migrations/postgres/0003_once.sql; a test compares them.

-- The last day of the cycle a claim was counted in, as known when it was sent. Empty: held for life, or sent before this
-- was kept.
ALTER TABLE claims ADD COLUMN cycle_until TEXT;
-- Where a cycle begins moves when something is renewed; a day of completion does not.
CREATE UNIQUE INDEX claims_once_a_day ON claims (profile_id, version_id, completed_on)
    WHERE status IN ('pending', 'earned') AND cycle_until IS NOT NULL;

-- What a press of the button brought: the same key with something else in the form is not the same press.
ALTER TABLE submissions ADD COLUMN content_hash TEXT;

-- Files that somebody has begun to send, whatever became of them: so many are allowed in a day.
CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    begun_at TEXT NOT NULL
) STRICT;
CREATE INDEX uploads_account ON uploads (account_id, begun_at);
-- Whether a stored file is anybody's.
CREATE INDEX evidence_content ON evidence (sha256);

-- PostgreSQL is told there to sort by bytes, which SQLite does anyway.
