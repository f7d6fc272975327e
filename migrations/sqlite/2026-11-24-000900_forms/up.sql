-- Forms by which people sign up for a unit's mailings. topics: a JSON list of numbers of topics.
CREATE TABLE sign_up_forms (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT NOT NULL REFERENCES units (id),
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  topics TEXT NOT NULL,
  from_address TEXT NOT NULL,
  version INTEGER NOT NULL,
  enabled BOOLEAN NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX sign_up_forms_slug ON sign_up_forms (slug);
CREATE INDEX sign_up_forms_unit ON sign_up_forms (unit_id, id);

-- What a form has said, in each version: what somebody agreed to can be shown for ever. texts: JSON by language.
CREATE TABLE sign_up_texts (
  form_id BIGINT NOT NULL REFERENCES sign_up_forms (id),
  version INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  texts TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (form_id, version)
);

-- Sign-ups that nobody has confirmed; gone when they are confirmed or too old.
CREATE TABLE sign_ups (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  form_id BIGINT NOT NULL REFERENCES sign_up_forms (id),
  version INTEGER NOT NULL,
  language TEXT NOT NULL,
  topics TEXT NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_ups_expiry ON sign_ups (expires_at);
CREATE INDEX sign_ups_address ON sign_ups (email_key);

-- How many sign-ups there were for a (hashed) address, or for all, since a moment.
CREATE TABLE sign_up_attempts (
  subject_key TEXT PRIMARY KEY NOT NULL,
  amount INTEGER NOT NULL,
  window_started_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_up_attempts_window ON sign_up_attempts (window_started_at);
