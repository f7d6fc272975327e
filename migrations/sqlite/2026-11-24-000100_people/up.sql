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

-- Search as you type: the beginnings of names, of family names, of e-mail addresses and of places stand in an index.
ALTER TABLE contacts ADD COLUMN family_key TEXT NOT NULL DEFAULT '';
UPDATE contacts SET family_key = substr(name_key, length(given_name) + 2);
-- With the name: two words are looked for in the index alone.
CREATE INDEX contacts_family_key ON contacts (family_key, name_key, id);
CREATE INDEX contacts_place_key ON contacts (place_key, id);

-- The words of a name that begin neither the given nor the family name: "lena" of Eva-Lena, "essen" of von Essen.
CREATE TABLE contact_words (
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  word TEXT NOT NULL
);
CREATE UNIQUE INDEX contact_words_word ON contact_words (word, contact_id);
CREATE INDEX contact_words_contact ON contact_words (contact_id, word);

WITH RECURSIVE parts (id, name_key, family_key, word, rest) AS (
  SELECT id, name_key, family_key, '', replace(name_key, '-', ' ') || ' ' FROM contacts
  UNION ALL
  SELECT id, name_key, family_key, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
    FROM parts WHERE rest <> ''
)
INSERT INTO contact_words (contact_id, word)
  SELECT DISTINCT id, word FROM parts
  WHERE word <> '' AND substr(name_key, 1, length(word)) <> word AND substr(family_key, 1, length(word)) <> word;
