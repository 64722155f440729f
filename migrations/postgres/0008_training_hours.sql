-- How long a training takes, where the catalog says: for plans that cost the least time.
-- The same tables, columns and keys as migrations/sqlite/0008_training_hours.sql; a test compares them.

ALTER TABLE offerings ADD COLUMN hours BIGINT CHECK (hours IS NULL OR hours BETWEEN 1 AND 100000);
