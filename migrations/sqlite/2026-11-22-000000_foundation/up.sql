-- Organisation and staff -----------------------------------------------------------------------

CREATE TABLE units (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  parent_id BIGINT REFERENCES units (id),
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);

CREATE TABLE topics (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  code TEXT NOT NULL UNIQUE,
  name_sv TEXT NOT NULL,
  name_nb TEXT NOT NULL,
  name_en TEXT NOT NULL
);

CREATE TABLE staff_accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  password_hash TEXT,
  disabled_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);

-- unit_id NULL: the role holds in every unit
CREATE TABLE staff_roles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES staff_accounts (id),
  unit_id BIGINT REFERENCES units (id),
  role TEXT NOT NULL
);
CREATE INDEX staff_roles_account ON staff_roles (account_id);

CREATE TABLE staff_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES staff_accounts (id),
  token_hash TEXT NOT NULL UNIQUE,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);

CREATE TABLE staff_login_links (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES staff_accounts (id),
  token_hash TEXT NOT NULL UNIQUE,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

CREATE TABLE login_attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  subject_key TEXT NOT NULL UNIQUE,
  failures INTEGER NOT NULL,
  window_started_at TIMESTAMP NOT NULL
);

-- unit_id NULL: the token acts in every unit
CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  token_hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP
);

CREATE TABLE idempotency_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  token_id BIGINT NOT NULL REFERENCES api_tokens (id),
  idempotency_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  response_status INTEGER NOT NULL,
  response_body TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX idempotency_keys_token ON idempotency_keys (token_id, idempotency_key);

-- Append-only: nothing updates or deletes a row here.
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id BIGINT,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id BIGINT,
  unit_id BIGINT,
  detail TEXT NOT NULL
);

-- The ids of the secret keys whose hashes this database holds: a start without one of them stops.
CREATE TABLE key_uses (
  key_id INTEGER PRIMARY KEY NOT NULL,
  first_used_at TIMESTAMP NOT NULL
);

-- Register ---------------------------------------------------------------------------------------

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  language TEXT NOT NULL,
  birth_date DATE,
  email TEXT,
  email_key TEXT,
  address_shared BOOLEAN NOT NULL DEFAULT FALSE,
  phone TEXT,
  street TEXT,
  postcode TEXT,
  place TEXT,
  place_key TEXT,
  municipality TEXT,
  region TEXT,
  country TEXT,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  deceased BOOLEAN NOT NULL DEFAULT FALSE,
  protected BOOLEAN NOT NULL DEFAULT FALSE,
  merged_into BIGINT REFERENCES contacts (id),
  erased_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX contacts_name_key ON contacts (name_key, id);
CREATE INDEX contacts_email_key ON contacts (email_key, id);
CREATE INDEX contacts_region ON contacts (region, id);
CREATE INDEX contacts_municipality ON contacts (municipality, id);
CREATE INDEX contacts_address_shared ON contacts (email_key, id) WHERE address_shared;
CREATE INDEX contacts_deceased ON contacts (id) WHERE deceased;
CREATE INDEX contacts_protected ON contacts (id) WHERE protected;
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_erased ON contacts (id) WHERE erased_at IS NOT NULL;

CREATE TABLE contact_kinds (
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  kind TEXT NOT NULL,
  PRIMARY KEY (contact_id, kind)
);
CREATE INDEX contact_kinds_kind ON contact_kinds (kind, contact_id);

-- scheme identity_number: value is the keyed hash, key_id its key; otherwise the source system's own number
CREATE TABLE contact_identifiers (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  key_id INTEGER,
  temporary BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX contact_identifiers_value ON contact_identifiers (scheme, value);
CREATE INDEX contact_identifiers_contact ON contact_identifiers (contact_id);

-- One row for each field that the person or staff set: an import leaves those alone.
CREATE TABLE contact_provenance (
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  field TEXT NOT NULL,
  source TEXT NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  PRIMARY KEY (contact_id, field)
);

CREATE TABLE degrees (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  programme_code TEXT NOT NULL,
  programme_name TEXT NOT NULL,
  faculty TEXT,
  faculty_key TEXT,
  level TEXT,
  start_year INTEGER,
  graduation_year INTEGER,
  degree_title TEXT,
  credits DOUBLE PRECISION,
  source TEXT NOT NULL
);
CREATE INDEX degrees_programme ON degrees (programme_code, graduation_year, contact_id);
CREATE INDEX degrees_contact ON degrees (contact_id, programme_code, graduation_year);
CREATE INDEX degrees_faculty ON degrees (faculty_key, graduation_year, contact_id);
CREATE INDEX degrees_graduation_year ON degrees (graduation_year, contact_id);

CREATE TABLE employments (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  employer TEXT,
  employer_key TEXT,
  job_title TEXT,
  job_title_key TEXT,
  profession_code TEXT,
  industry_code TEXT,
  sector TEXT,
  from_date DATE,
  to_date DATE,
  current BOOLEAN NOT NULL,
  source TEXT NOT NULL
);
CREATE INDEX employments_profession ON employments (profession_code, contact_id);
CREATE INDEX employments_industry ON employments (industry_code, contact_id);
CREATE INDEX employments_contact ON employments (contact_id);

CREATE TABLE participations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  event_code TEXT NOT NULL,
  event_name TEXT NOT NULL,
  attended_on DATE,
  source TEXT NOT NULL
);
CREATE INDEX participations_event ON participations (event_code, attended_on, contact_id);
CREATE INDEX participations_contact ON participations (contact_id);

-- Permission -------------------------------------------------------------------------------------

-- One standing "no" of a person, of an address, or (two rows) of both.
-- scope: everything | channel:CHANNEL | unit:ID | topic:ID
CREATE TABLE refusals (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT REFERENCES contacts (id),
  address_key TEXT,
  scope TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX refusals_contact ON refusals (contact_id, scope);
CREATE UNIQUE INDEX refusals_address ON refusals (address_key, scope);
CREATE INDEX refusals_scope ON refusals (scope, contact_id, address_key);

-- Append-only history behind refusals.
CREATE TABLE preference_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT REFERENCES contacts (id),
  scope TEXT NOT NULL,
  refused BOOLEAN NOT NULL,
  source TEXT NOT NULL,
  campaign_id BIGINT,
  happened_at TIMESTAMP NOT NULL
);
CREATE INDEX preference_events_contact ON preference_events (contact_id, id);
CREATE INDEX preference_events_campaign ON preference_events (campaign_id, id);

CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  channel TEXT NOT NULL,
  address_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX suppressions_address ON suppressions (channel, address_key);

-- Append-only: a withdrawal is a record with given = false.
CREATE TABLE consents (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  given BOOLEAN NOT NULL,
  consent_text TEXT NOT NULL,
  text_version TEXT NOT NULL,
  language TEXT NOT NULL,
  source TEXT NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX consents_contact ON consents (contact_id, purpose, channel, happened_at);

-- What the records of consents amount to now. unit_id NULL: for every unit.
CREATE TABLE standing_consents (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  since TIMESTAMP NOT NULL
);
CREATE INDEX standing_consents_purpose ON standing_consents (purpose, channel, contact_id, unit_id);
CREATE INDEX standing_consents_contact ON standing_consents (contact_id);

CREATE TABLE purposes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name_sv TEXT NOT NULL,
  name_nb TEXT NOT NULL,
  name_en TEXT NOT NULL
);

-- Import -----------------------------------------------------------------------------------------

-- layout: how the file turned out to be written (JSON), for the file of rejected rows
CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id BIGINT REFERENCES staff_accounts (id),
  file_name TEXT NOT NULL,
  file_path TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  mapping TEXT NOT NULL,
  layout TEXT,
  state TEXT NOT NULL,
  next_row BIGINT NOT NULL,
  file_bytes BIGINT NOT NULL,
  done_bytes BIGINT NOT NULL,
  read_rows BIGINT NOT NULL,
  created_rows BIGINT NOT NULL,
  updated_rows BIGINT NOT NULL,
  unchanged_rows BIGINT NOT NULL,
  merged_rows BIGINT NOT NULL,
  review_rows BIGINT NOT NULL,
  rejected_rows BIGINT NOT NULL,
  error TEXT,
  lease_owner TEXT,
  lease_until TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
CREATE INDEX imports_state ON imports (state, id);

CREATE TABLE import_rejects (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  row_number BIGINT NOT NULL,
  reason TEXT NOT NULL,
  cells TEXT NOT NULL
);
CREATE INDEX import_rejects_import ON import_rejects (import_id, row_number);

-- A row put beside a person, by its fingerprint: waiting for staff, or never to be asked about again.
CREATE TABLE import_reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  row_number BIGINT NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contacts (id),
  fingerprint TEXT NOT NULL,
  reason TEXT NOT NULL,
  record TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX import_reviews_fingerprint ON import_reviews (contact_id, fingerprint);
CREATE INDEX import_reviews_state ON import_reviews (state, id);

-- Segments and campaigns -------------------------------------------------------------------------

CREATE TABLE segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT NOT NULL REFERENCES units (id),
  name TEXT NOT NULL,
  rule TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX segments_unit ON segments (unit_id, id);

CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  unit_id BIGINT NOT NULL REFERENCES units (id),
  topic_id BIGINT NOT NULL REFERENCES topics (id),
  purpose TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  rule TEXT NOT NULL,
  tracking TEXT NOT NULL,
  content TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  scheduled_at TIMESTAMP,
  started_at TIMESTAMP,
  finished_at TIMESTAMP,
  lease_owner TEXT,
  lease_until TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX campaigns_state ON campaigns (state, scheduled_at);
CREATE INDEX campaigns_unit ON campaigns (unit_id, id);

-- A sending process is alive until alive_until; what it has leased is taken over after that.
CREATE TABLE workers (
  id TEXT PRIMARY KEY NOT NULL,
  started_at TIMESTAMP NOT NULL,
  alive_until TIMESTAMP NOT NULL
);

-- One row per matched person; the refused ones are skipped with their reason.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  contact_id BIGINT REFERENCES contacts (id),
  email TEXT,
  email_key TEXT,
  state TEXT NOT NULL,
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  repeated INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TIMESTAMP,
  lease_owner TEXT,
  reply TEXT,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX deliveries_contact ON deliveries (campaign_id, contact_id);
CREATE UNIQUE INDEX deliveries_address ON deliveries (campaign_id, email_key) WHERE state <> 'skipped';
CREATE INDEX deliveries_state ON deliveries (campaign_id, state, id);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at, campaign_id) WHERE state = 'deferred';
CREATE INDEX deliveries_person ON deliveries (contact_id, campaign_id);

-- Running totals kept with the deliveries; one set of rows per writing process, added up when read.
CREATE TABLE delivery_tallies (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  writer TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, writer, state, reason)
);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  mail_from TEXT NOT NULL,
  rcpt_to TEXT NOT NULL,
  message BLOB NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_attempt_at TIMESTAMP NOT NULL,
  lease_owner TEXT,
  lease_until TIMESTAMP,
  reply TEXT,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);

-- Opens and clicks, counted per campaign, language, link and hour; nobody can be identified. link -1: the open pixel
CREATE TABLE tracking_tallies (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  language TEXT NOT NULL,
  link INTEGER NOT NULL,
  hour TIMESTAMP NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, language, link, hour)
);

CREATE TABLE campaign_links (
  campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
  language TEXT NOT NULL,
  link INTEGER NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (campaign_id, language, link)
);

-- What a new database has ------------------------------------------------------------------------

INSERT INTO units (slug, name, created_at) VALUES ('alumn', 'Alumn', CURRENT_TIMESTAMP);

INSERT INTO topics (code, name_sv, name_nb, name_en) VALUES
  ('newsletter', 'Nyhetsbrev', 'Nyhetsbrev', 'Newsletter'),
  ('events', 'Evenemang', 'Arrangementer', 'Events'),
  ('surveys', 'Undersökningar', 'Undersøkelser', 'Surveys'),
  ('collaboration', 'Samverkan', 'Samarbeid', 'Collaboration'),
  ('continuing_education', 'Fortbildning', 'Etter- og videreutdanning', 'Continuing education'),
  ('general', 'Allmänt', 'Generelt', 'General');

INSERT INTO purposes (code, name_sv, name_nb, name_en)
  SELECT code, name_sv, name_nb, name_en FROM topics ORDER BY id;
