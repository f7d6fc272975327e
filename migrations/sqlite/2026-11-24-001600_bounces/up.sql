-- Mails that came back, one row each. known_by: what of ours named the delivery, or nothing: those wait for staff,
-- with their address, for a limited time; of the others the delivery knows the address.
CREATE TABLE bounces (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  fingerprint TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  known_by TEXT NOT NULL,
  delivery_id BIGINT REFERENCES deliveries (id),
  campaign_id BIGINT REFERENCES campaigns (id),
  address TEXT,
  address_key TEXT,
  class TEXT NOT NULL,
  reason TEXT NOT NULL,
  status TEXT,
  diagnostic TEXT NOT NULL,
  received_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX bounces_fingerprint ON bounces (fingerprint);
CREATE INDEX bounces_delivery ON bounces (delivery_id, class);
CREATE INDEX bounces_campaign ON bounces (campaign_id, class, kind);
CREATE INDEX bounces_known ON bounces (known_by, received_at);
CREATE INDEX bounces_address ON bounces (address_key);
CREATE INDEX bounces_recent ON bounces (class, received_at);
