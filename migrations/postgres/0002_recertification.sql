-- What renews certifications: the facts of each profile's record, and what the rules make of them.
-- The same tables, columns and keys as migrations/sqlite/0002_recertification.sql; a test compares them.

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
    earned_on DATE NOT NULL,
    cycle_start DATE NOT NULL,
    last_extension DATE,
    expires_on DATE,
    status_code TEXT NOT NULL,
    UNIQUE (profile_id, certification_id, earned_on),
    CHECK (cycle_start >= earned_on),
    CHECK (expires_on IS NULL OR expires_on >= cycle_start)
);
INSERT INTO starting_holdings (id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code)
    SELECT id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code FROM holdings;

-- A promise that a late fact could not take back has made it longer.
ALTER TABLE holdings ADD COLUMN kept TEXT NOT NULL DEFAULT 'no' CHECK (kept IN ('yes', 'no'));

-- Certifications earned, or earned again, after the record began.
CREATE TABLE earned_certifications (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    earned_on DATE NOT NULL,
    recorded_on DATE NOT NULL,
    UNIQUE (profile_id, certification_id, earned_on),
    CHECK (recorded_on >= earned_on)
);

-- Exams taken. Only those passed renew anything; the others are shown.
CREATE TABLE exams (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    exam_code TEXT NOT NULL,
    name TEXT NOT NULL,
    exam_kind TEXT NOT NULL,
    taken_on DATE NOT NULL,
    score BIGINT,
    result TEXT NOT NULL CHECK (result IN ('pass', 'fail')),
    recorded_on DATE NOT NULL,
    UNIQUE (profile_id, exam_code, taken_on),
    CHECK (recorded_on >= taken_on)
);

-- Months added to what was active on a day: to one certification, or to all ('*'); of one profile, or of everybody.
CREATE TABLE extensions (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT REFERENCES profiles (id),
    certification TEXT NOT NULL,
    months BIGINT NOT NULL CHECK (months BETWEEN 1 AND 1200),
    extended_on DATE NOT NULL,
    recorded_on DATE NOT NULL,
    note TEXT NOT NULL,
    CHECK (recorded_on >= extended_on)
);
CREATE INDEX extensions_profile ON extensions (profile_id);

-- Claims of the system before this one: what their credits did is part of the holdings that the record began with.
ALTER TABLE claims ADD COLUMN counted_in TEXT NOT NULL DEFAULT 'record' CHECK (counted_in IN ('record', 'earlier_system'));

-- Until when what is stored of a profile is what the rules say: on `next_on` something changes by itself.
CREATE TABLE settlements (
    profile_id TEXT NOT NULL PRIMARY KEY REFERENCES profiles (id),
    settled_on DATE NOT NULL,
    next_on DATE,
    settled_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX settlements_next ON settlements (next_on);

-- The ledger learns what credits are used for. Entries stay as they were written; `format` says how one is hashed.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_kind_check;
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_claim_id_kind_key;
ALTER TABLE ledger_entries ADD CONSTRAINT ledger_entries_kind_check
    CHECK (kind IN ('earned', 'spent', 'lapsed', 'expired', 'uncounted', 'reversed'));
ALTER TABLE ledger_entries ADD COLUMN format BIGINT NOT NULL DEFAULT 1 CHECK (format IN (1, 2));
ALTER TABLE ledger_entries ALTER COLUMN format DROP DEFAULT;
ALTER TABLE ledger_entries ADD COLUMN renewal TEXT;
ALTER TABLE ledger_entries ADD COLUMN reverses BIGINT;
ALTER TABLE ledger_entries ADD CHECK ((kind = 'reversed') = (reverses IS NOT NULL) OR format = 1);
ALTER TABLE ledger_entries ADD CHECK (renewal IS NULL OR kind IN ('spent', 'reversed'));
CREATE UNIQUE INDEX ledger_earned_once ON ledger_entries (claim_id) WHERE kind = 'earned';
CREATE UNIQUE INDEX ledger_reversed_once ON ledger_entries (profile_id, reverses) WHERE reverses IS NOT NULL;
