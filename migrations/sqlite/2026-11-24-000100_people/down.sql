DROP TABLE contact_merges;
ALTER TABLE import_reviews DROP COLUMN decided_at;
ALTER TABLE import_reviews DROP COLUMN other_names;
ALTER TABLE import_reviews DROP COLUMN superseded;
