-- Units whose mailings stand in a public archive: those that began after it was opened.
CREATE TABLE public_archives (
  unit_id BIGINT PRIMARY KEY NOT NULL REFERENCES units (id),
  since TIMESTAMP NOT NULL
);

-- Campaigns that somebody has taken out of it.
CREATE TABLE archive_exceptions (
  campaign_id BIGINT PRIMARY KEY NOT NULL REFERENCES campaigns (id),
  hidden_at TIMESTAMP NOT NULL
);
