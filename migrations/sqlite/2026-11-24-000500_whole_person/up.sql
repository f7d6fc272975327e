-- Addresses of a person beside the primary one, which stays in contacts.email.
-- source: who told; system: the register, where a file did. removed_at: staff took it away, and no file brings it back.
CREATE TABLE contact_addresses (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  source TEXT NOT NULL,
  system TEXT,
  recorded_at TIMESTAMP NOT NULL,
  removed_at TIMESTAMP
);
CREATE UNIQUE INDEX contact_addresses_contact ON contact_addresses (contact_id, address_key);
CREATE INDEX contact_addresses_key ON contact_addresses (address_key, contact_id);

-- Outside the university: employers, donors, partners. number: in the country's register of organisations.
CREATE TABLE organisations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  number TEXT,
  place TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX organisations_name ON organisations (name_key, id);
CREATE UNIQUE INDEX organisations_number ON organisations (number);

-- The words of a name: an organisation is found by how any of them begins.
CREATE TABLE organisation_words (
  organisation_id BIGINT NOT NULL REFERENCES organisations (id),
  word TEXT NOT NULL
);
CREATE UNIQUE INDEX organisation_words_word ON organisation_words (word, organisation_id);
CREATE INDEX organisation_words_organisation ON organisation_words (organisation_id);

-- What a person is to an organisation, or to another person: the mentor of other_contact_id, for instance.
CREATE TABLE relations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  organisation_id BIGINT REFERENCES organisations (id),
  other_contact_id BIGINT REFERENCES contacts (id),
  role TEXT NOT NULL,
  from_date DATE,
  to_date DATE,
  recorded_at TIMESTAMP NOT NULL,
  CHECK ((organisation_id IS NULL) <> (other_contact_id IS NULL))
);
CREATE INDEX relations_contact ON relations (contact_id, id);
CREATE INDEX relations_organisation ON relations (organisation_id, id);
CREATE INDEX relations_other_contact ON relations (other_contact_id, id);

-- kind: event or project
ALTER TABLE participations ADD COLUMN kind TEXT NOT NULL DEFAULT 'event';
ALTER TABLE participations ADD COLUMN recorded_at TIMESTAMP;

-- Whom an import created (people numbered one after the other are one row) and whom it changed (a row each).
CREATE TABLE import_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  created BOOLEAN NOT NULL,
  first_contact BIGINT NOT NULL,
  last_contact BIGINT NOT NULL,
  happened_at TIMESTAMP NOT NULL
);
CREATE INDEX import_changes_contact ON import_changes (created, last_contact);
