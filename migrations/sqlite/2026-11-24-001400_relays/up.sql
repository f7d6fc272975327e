-- How many workers a worker believes there are: shares of limits are cut by that, and a new one waits for the others.
ALTER TABLE workers ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;

-- When a message that met trouble was tried first: it is given up some days after.
ALTER TABLE deliveries ADD COLUMN first_tried_at TIMESTAMP;

-- What one process at a time does, such as scheduling.
CREATE TABLE leases (
  name TEXT PRIMARY KEY NOT NULL,
  owner TEXT NOT NULL,
  until TIMESTAMP NOT NULL
);

-- Messages taken out of a relay's windows and warm-up, in pieces of a window.
CREATE TABLE relay_usage (
  relay TEXT NOT NULL,
  period TEXT NOT NULL,
  bucket TIMESTAMP NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (relay, period, bucket)
);

-- How each worker finds each relay.
CREATE TABLE relay_states (
  worker TEXT NOT NULL,
  relay TEXT NOT NULL,
  state TEXT NOT NULL,
  until TIMESTAMP,
  connections INTEGER NOT NULL,
  sent BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  fault TEXT,
  fault_at TIMESTAMP,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (worker, relay)
);

-- Recipient domains that asked for less.
CREATE TABLE domain_states (
  domain TEXT PRIMARY KEY NOT NULL,
  level INTEGER NOT NULL,
  until TIMESTAMP NOT NULL,
  reply TEXT NOT NULL
);

-- What a campaign sent by relay and by domain, written now and then by each worker: to look at, not to count on.
CREATE TABLE delivery_flows (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  writer TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  sent BIGINT NOT NULL,
  deferred BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  rate DOUBLE PRECISION NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (campaign_id, writer, kind, name)
);

-- Recipients that a relay refused for good when they were named (RCPT TO): bounces without a mail.
CREATE TABLE delivery_refusals (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  delivery_id BIGINT NOT NULL REFERENCES deliveries (id),
  code TEXT NOT NULL,
  refused_at TIMESTAMP NOT NULL
);
CREATE INDEX delivery_refusals_delivery ON delivery_refusals (delivery_id);

-- What of a campaign comes back when: looked at several times a second.
CREATE INDEX deliveries_next ON deliveries (campaign_id, next_attempt_at) WHERE state = 'deferred';
