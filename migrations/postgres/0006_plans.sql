-- Plans that somebody kept: what they mean to do, and when. Nothing is reckoned from them but by the planner.
-- The same tables, columns and keys as migrations/sqlite/0006_plans.sql; a test compares them.

CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    in_calendar TEXT NOT NULL CHECK (in_calendar IN ('yes', 'no')),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (profile_id, name)
);

-- A step: `what` names it as addresses do (a version and type, a number of credits, a kind of exam), `label` is what it was
-- called when it was planned.
CREATE TABLE plan_steps (
    plan_id TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    place BIGINT NOT NULL CHECK (place >= 0),
    what TEXT NOT NULL CHECK (length(what) BETWEEN 1 AND 300),
    label TEXT NOT NULL,
    planned_on DATE NOT NULL,
    PRIMARY KEY (plan_id, place)
);
