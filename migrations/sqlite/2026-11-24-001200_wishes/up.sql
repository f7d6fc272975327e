-- An address that the person has shown to be theirs, by a link that was sent to it.
ALTER TABLE contact_addresses ADD COLUMN confirmed_at TIMESTAMP;

-- Another e-mail address that a person has given, until the link that was sent to it is confirmed or its time is over.
CREATE TABLE address_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  make_primary BOOLEAN NOT NULL,
  asked_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX address_requests_contact ON address_requests (contact_id);
CREATE INDEX address_requests_expires ON address_requests (expires_at);

-- How much a mailing matters to whoever wants less of them: important | event (an invitation, by its topic) | ordinary.
ALTER TABLE campaigns ADD COLUMN weight TEXT NOT NULL DEFAULT 'ordinary';
UPDATE campaigns SET weight = 'event' WHERE topic_id IN (SELECT id FROM topics WHERE code = 'events');

-- A person's digest in a month: claimed once, with the mail if there was something to tell.
CREATE TABLE digests (
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  month DATE NOT NULL,
  email_key TEXT,
  outbox_id BIGINT,
  made_at TIMESTAMP NOT NULL,
  PRIMARY KEY (contact_id, month)
);
CREATE INDEX digests_address ON digests (email_key, month);
CREATE INDEX digests_outbox ON digests (outbox_id);

-- The months whose digests are all made.
CREATE TABLE digest_months (
  month DATE NOT NULL PRIMARY KEY,
  finished_at TIMESTAMP NOT NULL
);
