DROP TABLE contact_words;
DROP INDEX contacts_place_key;
DROP INDEX contacts_family_key;
ALTER TABLE contacts DROP COLUMN family_key;
DROP TABLE contact_merges;
ALTER TABLE import_reviews DROP COLUMN decided_at;
ALTER TABLE import_reviews DROP COLUMN other_names;
ALTER TABLE import_reviews DROP COLUMN superseded;
