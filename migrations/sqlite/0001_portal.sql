-- People, what they hold, what they can claim, what they claimed, and what it earned.
-- The same tables, columns and keys as migrations/postgres/0001_portal.sql; a test compares them.
-- Days are ISO text, instants RFC 3339 text in UTC: both sort as they read.

CREATE TABLE profiles (
    id TEXT NOT NULL PRIMARY KEY,
    candidate_id TEXT NOT NULL UNIQUE CHECK (length(candidate_id) BETWEEN 5 AND 20),
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT REFERENCES profiles (id),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT
) STRICT;
CREATE INDEX accounts_profile ON accounts (profile_id);

CREATE TABLE account_roles (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('provider', 'author', 'administrator')),
    PRIMARY KEY (account_id, role)
) STRICT;

CREATE TABLE terms_acceptances (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    version TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    PRIMARY KEY (account_id, version)
) STRICT;

-- A session is found by the hash of its token; the token itself is only in the browser's cookie.
CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Proofs sent by mail: whoever has the token has read the mail. Used once.
CREATE TABLE mail_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('join', 'reset', 'link')),
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    account_id TEXT REFERENCES accounts (id),
    profile_id TEXT REFERENCES profiles (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX mail_tokens_expiry ON mail_tokens (expires_at);

-- Failed attempts by account and by network address.
CREATE TABLE throttles (
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at TEXT NOT NULL,
    blocked_until TEXT
) STRICT;

CREATE TABLE certifications (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    retired_on TEXT
) STRICT;

CREATE TABLE holdings (
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

CREATE TABLE announcements (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published_at TEXT NOT NULL,
    expires_at TEXT
) STRICT;

CREATE TABLE providers (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    search TEXT NOT NULL
) STRICT;
CREATE INDEX providers_country ON providers (country);

CREATE TABLE items (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    acronym TEXT NOT NULL,
    technology TEXT NOT NULL,
    search TEXT NOT NULL,
    UNIQUE (name, acronym)
) STRICT;

CREATE TABLE item_versions (
    id TEXT NOT NULL PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES items (id),
    version TEXT NOT NULL,
    UNIQUE (item_id, version)
) STRICT;

CREATE TABLE offerings (
    id TEXT NOT NULL PRIMARY KEY,
    version_id TEXT NOT NULL REFERENCES item_versions (id),
    item_type TEXT NOT NULL,
    provider_id TEXT NOT NULL REFERENCES providers (id),
    credits INTEGER NOT NULL CHECK (credits > 0),
    offered_from TEXT NOT NULL,
    offered_until TEXT,
    note TEXT NOT NULL,
    UNIQUE (version_id, item_type, provider_id, offered_from),
    CHECK (offered_until IS NULL OR offered_until >= offered_from)
) STRICT;
CREATE INDEX offerings_provider ON offerings (provider_id);

-- One row: the number changes whenever the catalog does, so that every server knows to read it again.
CREATE TABLE catalog_revision (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO catalog_revision (id, revision) VALUES (1, 0);

-- Certificates of completion: what was sent, by whom. The content is in the file store, under its hash.
CREATE TABLE evidence (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    size INTEGER NOT NULL CHECK (size > 0),
    media_type TEXT NOT NULL CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')),
    file_name TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_account ON evidence (account_id, created_at);

CREATE TABLE claims (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    version_id TEXT NOT NULL REFERENCES item_versions (id),
    item_type TEXT NOT NULL,
    type_name TEXT NOT NULL,
    provider_id TEXT NOT NULL REFERENCES providers (id),
    item_label TEXT NOT NULL,
    item_search TEXT NOT NULL,
    started_on TEXT NOT NULL,
    completed_on TEXT NOT NULL,
    credits INTEGER NOT NULL CHECK (credits > 0),
    cycle_from TEXT NOT NULL,
    certificate_id TEXT,
    evidence_id TEXT REFERENCES evidence (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'earned', 'denied', 'withdrawn')),
    denial_code TEXT,
    denial_note TEXT NOT NULL,
    corrects_id TEXT REFERENCES claims (id),
    submitted_at TEXT NOT NULL,
    submitted_on TEXT NOT NULL,
    decided_at TEXT,
    credits_until TEXT,
    change_count INTEGER NOT NULL,
    CHECK (completed_on >= started_on),
    CHECK ((status = 'denied') = (denial_code IS NOT NULL)),
    CHECK ((status = 'earned') = (credits_until IS NOT NULL)),
    CHECK ((status = 'pending') = (decided_at IS NULL))
) STRICT;
CREATE INDEX claims_account ON claims (account_id, item_search);
CREATE INDEX claims_profile ON claims (profile_id);
CREATE INDEX claims_corrects ON claims (corrects_id);
-- An item version counts once in a cycle, by all accounts of the profile; a certificate ID counts once at all.
CREATE UNIQUE INDEX claims_once_a_cycle ON claims (profile_id, version_id, cycle_from)
    WHERE status IN ('pending', 'earned');
CREATE UNIQUE INDEX claims_certificate_once ON claims (certificate_id)
    WHERE certificate_id IS NOT NULL AND status IN ('pending', 'earned');

-- One answer for one press of the button, however often it arrives.
CREATE TABLE submissions (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    submission_key TEXT NOT NULL,
    claim_id TEXT NOT NULL REFERENCES claims (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (account_id, submission_key)
) STRICT;

CREATE TABLE claim_drafts (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    fields TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- What e-learning systems report: who completed what. A claim with a known certificate ID is decided by it.
CREATE TABLE completions (
    id TEXT NOT NULL PRIMARY KEY,
    certificate_id TEXT NOT NULL UNIQUE,
    email_key TEXT NOT NULL,
    version_id TEXT NOT NULL REFERENCES item_versions (id),
    item_type TEXT NOT NULL,
    completed_on TEXT NOT NULL
) STRICT;

-- Credits, as entries that are only ever added. Each hash covers the entry before it in the same profile.
CREATE TABLE ledger_entries (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    claim_id TEXT NOT NULL REFERENCES claims (id),
    kind TEXT NOT NULL CHECK (kind IN ('earned', 'reversed')),
    credits INTEGER NOT NULL CHECK (credits <> 0),
    effective_on TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    UNIQUE (profile_id, sequence),
    UNIQUE (claim_id, kind)
) STRICT;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- Who did what, when: written in the transaction that does it. The history on a claim's page is read from here.
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor_id TEXT REFERENCES accounts (id),
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_subject ON audit_log (subject_kind, subject_id);
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- What kind of world this is: 'demo' allows a set clock.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
