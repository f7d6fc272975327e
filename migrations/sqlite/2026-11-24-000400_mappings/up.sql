-- What staff have said of the columns of a kind of file, as TOML.
CREATE TABLE import_mappings (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  toml TEXT NOT NULL,
  account_id BIGINT REFERENCES staff_accounts (id),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX import_mappings_name ON import_mappings (name_key);
CREATE INDEX imports_file ON imports (file_path);
