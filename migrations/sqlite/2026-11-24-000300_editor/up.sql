-- Segments that other units may use and copy, but not change.
ALTER TABLE segments ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE;
