-- What staff decided about a row of the review queue.
-- superseded: a later row of the same file spoke of the person too, so its values win over this one's
ALTER TABLE import_reviews ADD COLUMN superseded BOOLEAN NOT NULL DEFAULT FALSE;
-- names (JSON, pairs of given and family name) that staff said are the person's too
ALTER TABLE import_reviews ADD COLUMN other_names TEXT;
ALTER TABLE import_reviews ADD COLUMN decided_at TIMESTAMP;

-- Who became part of whom. snapshot: both people as they were, and what moved (JSON), so that it can be undone.
CREATE TABLE contact_merges (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  from_id BIGINT NOT NULL REFERENCES contacts (id),
  into_id BIGINT NOT NULL REFERENCES contacts (id),
  source TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  merged_at TIMESTAMP NOT NULL,
  undone_at TIMESTAMP
);
CREATE INDEX contact_merges_into ON contact_merges (into_id, id);
CREATE INDEX contact_merges_from ON contact_merges (from_id);
