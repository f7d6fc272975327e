-- What the network said of a campaign before its launch: links that do not work, and what the sender's domain lacks.
-- found: a JSON list.
CREATE TABLE campaign_checks (
  campaign_id BIGINT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
  version INTEGER NOT NULL,
  found TEXT NOT NULL,
  checked_at TIMESTAMP NOT NULL
);

-- People without a name are few: a mail that greets by name says before its launch how many there are.
CREATE INDEX contacts_without_given_name ON contacts (id) WHERE given_name = '';
CREATE INDEX contacts_without_family_name ON contacts (id) WHERE family_name = '';
