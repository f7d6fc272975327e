-- What a campaign is: a mailing, or an invitation that each person gets once.
ALTER TABLE campaigns ADD COLUMN kind TEXT NOT NULL DEFAULT 'mailing';

-- Who was invited to the network, once, ever; written when the message is marked as sending.
-- contact_id: NULL once the person is erased; the row then only counts
-- answer: NULL until there is one
-- copy_of: the person whose row this is a copy of, since the two became one; it counts no second invitation
CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT REFERENCES contacts (id),
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  invited_at TIMESTAMP NOT NULL,
  answer TEXT,
  answered_at TIMESTAMP,
  copy_of BIGINT
);
CREATE UNIQUE INDEX invitations_contact ON invitations (contact_id);
CREATE INDEX invitations_campaign ON invitations (campaign_id, answer, copy_of);
CREATE INDEX invitations_answer ON invitations (answer, contact_id);

-- Keyed hashes (HMAC-SHA256) of identity numbers, addresses and source systems' numbers of erased people, so that
-- no register file brings them back. Nothing here leads to what is left of the person's row.
CREATE TABLE erased_hashes (
  hash TEXT PRIMARY KEY NOT NULL,
  key_id INTEGER NOT NULL,
  erased_on DATE NOT NULL
);
