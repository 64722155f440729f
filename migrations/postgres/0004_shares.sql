-- What holders show to others: links with codes, what each lets its reader see, and how often it was looked at.
-- The same tables, columns and keys as migrations/sqlite/0004_shares.sql; a test compares them.

CREATE TABLE shares (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    -- Stored as it is: its holder wants to see it again, and prints it again.
    code TEXT NOT NULL UNIQUE CHECK (length(code) = 20),
    kind TEXT NOT NULL CHECK (kind IN ('link', 'certificate')),
    note TEXT NOT NULL CHECK (length(note) <= 80),
    -- 'active': whatever is active when somebody looks; 'chosen': what share_certifications names.
    scope TEXT NOT NULL CHECK (scope IN ('active', 'chosen')),
    -- Of a printed certificate: which.
    certificate_of TEXT REFERENCES certifications (id),
    shows_name TEXT NOT NULL CHECK (shows_name IN ('yes', 'no')),
    shows_candidate_id TEXT NOT NULL CHECK (shows_candidate_id IN ('yes', 'no')),
    shows_dates TEXT NOT NULL CHECK (shows_dates IN ('yes', 'no')),
    shows_renewals TEXT NOT NULL CHECK (shows_renewals IN ('yes', 'no')),
    shows_credits TEXT NOT NULL CHECK (shows_credits IN ('yes', 'no')),
    created_at TIMESTAMPTZ NOT NULL,
    -- Its last day.
    ends_on DATE,
    revoked_at TIMESTAMPTZ,
    views BIGINT NOT NULL CHECK (views >= 0),
    last_seen_at TIMESTAMPTZ,
    CHECK ((kind = 'certificate') = (certificate_of IS NOT NULL)),
    CHECK ((views = 0) = (last_seen_at IS NULL))
);
CREATE INDEX shares_profile ON shares (profile_id, created_at);
-- A certificate that is printed again carries the code it had.
CREATE UNIQUE INDEX shares_certificate_once ON shares (profile_id, certificate_of)
    WHERE certificate_of IS NOT NULL AND revoked_at IS NULL;

CREATE TABLE share_certifications (
    share_id TEXT NOT NULL REFERENCES shares (id),
    certification_id TEXT NOT NULL REFERENCES certifications (id),
    PRIMARY KEY (share_id, certification_id)
);
