-- What renews certifications: the facts of each profile's record, and what the rules make of them.
-- The same tables, columns and keys as migrations/postgres/0002_recertification.sql; a test compares them.

-- How long a certification lasts, and whether it is renewed at all, where that is not as the program says.
-- validity: 'program', 'life', or a number of years.
ALTER TABLE certifications ADD COLUMN recertifies TEXT NOT NULL DEFAULT 'yes' CHECK (recertifies IN ('yes', 'no'));
ALTER TABLE certifications ADD COLUMN validity TEXT NOT NULL DEFAULT 'program' CHECK (length(validity) BETWEEN 1 AND 10);

-- What a profile held when this portal's record of it began. `holdings` is what has become of that: it is what the rules
-- say (the replay of the record), and is never written otherwise.
CREATE TABLE starting_holdings (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    earned_on TEXT NOT NULL,
    cycle_start TEXT NOT NULL,
    last_extension TEXT,
    expires_on TEXT,
    status_code TEXT NOT NULL,
    UNIQUE (profile_id, certification_id, earned_on),
    CHECK (cycle_start >= earned_on),
    CHECK (expires_on IS NULL OR expires_on >= cycle_start)
) STRICT;
INSERT INTO starting_holdings (id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code)
    SELECT id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code FROM holdings;

-- A promise that a late fact could not take back has made it longer.
ALTER TABLE holdings ADD COLUMN kept TEXT NOT NULL DEFAULT 'no' CHECK (kept IN ('yes', 'no'));

-- Certifications earned, or earned again, after the record began.
CREATE TABLE earned_certifications (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    earned_on TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    UNIQUE (profile_id, certification_id, earned_on),
    CHECK (recorded_on >= earned_on)
) STRICT;

-- Exams taken. Only those passed renew anything; the others are shown.
CREATE TABLE exams (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    exam_code TEXT NOT NULL,
    name TEXT NOT NULL,
    exam_kind TEXT NOT NULL,
    taken_on TEXT NOT NULL,
    score INTEGER,
    result TEXT NOT NULL CHECK (result IN ('pass', 'fail')),
    recorded_on TEXT NOT NULL,
    UNIQUE (profile_id, exam_code, taken_on),
    CHECK (recorded_on >= taken_on)
) STRICT;

-- Months added to what was active on a day: to one certification, or to all ('*'); of one profile, or of everybody.
CREATE TABLE extensions (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT REFERENCES profiles (id),
    certification TEXT NOT NULL,
    months INTEGER NOT NULL CHECK (months BETWEEN 1 AND 1200),
    extended_on TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    note TEXT NOT NULL,
    CHECK (recorded_on >= extended_on)
) STRICT;
CREATE INDEX extensions_profile ON extensions (profile_id);

-- Claims of the system before this one: what their credits did is part of the holdings that the record began with.
ALTER TABLE claims ADD COLUMN counted_in TEXT NOT NULL DEFAULT 'record' CHECK (counted_in IN ('record', 'earlier_system'));

-- Until when what is stored of a profile is what the rules say: on `next_on` something changes by itself.
CREATE TABLE settlements (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES profiles (id),
    settled_on TEXT NOT NULL,
    next_on TEXT,
    settled_at TEXT NOT NULL
) STRICT;
CREATE INDEX settlements_next ON settlements (next_on);

-- The ledger learns what credits are used for. Entries stay as they were written; `format` says how one is hashed.
CREATE TABLE ledger_entries_new (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    claim_id TEXT NOT NULL REFERENCES claims (id),
    kind TEXT NOT NULL CHECK (kind IN ('earned', 'spent', 'lapsed', 'expired', 'uncounted', 'reversed')),
    credits INTEGER NOT NULL CHECK (credits <> 0),
    effective_on TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    format INTEGER NOT NULL CHECK (format IN (1, 2)),
    renewal TEXT,
    reverses INTEGER,
    UNIQUE (profile_id, sequence),
    CHECK ((kind = 'reversed') = (reverses IS NOT NULL) OR format = 1),
    CHECK (renewal IS NULL OR kind IN ('spent', 'reversed'))
) STRICT;
INSERT INTO ledger_entries_new (id, profile_id, sequence, claim_id, kind, credits, effective_on, valid_until, recorded_at,
        previous_hash, hash, format, renewal, reverses)
    SELECT id, profile_id, sequence, claim_id, kind, credits, effective_on, valid_until, recorded_at,
        previous_hash, hash, 1, NULL, NULL FROM ledger_entries;
DROP TABLE ledger_entries;
ALTER TABLE ledger_entries_new RENAME TO ledger_entries;
CREATE UNIQUE INDEX ledger_earned_once ON ledger_entries (claim_id) WHERE kind = 'earned';
CREATE UNIQUE INDEX ledger_reversed_once ON ledger_entries (profile_id, reverses) WHERE reverses IS NOT NULL;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- `INSERT OR REPLACE` deletes without the trigger above, unless the connection asks for it.
CREATE TRIGGER ledger_entries_no_replace BEFORE INSERT ON ledger_entries
WHEN EXISTS (SELECT 1 FROM ledger_entries e WHERE e.id = NEW.id OR e.hash = NEW.hash
    OR (e.profile_id = NEW.profile_id AND e.sequence = NEW.sequence))
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log a WHERE a.id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
