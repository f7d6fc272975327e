-- Official names of professions and industries that the office has loaded, one list of each kind and language, with
-- what their licence asks us to keep. kind: professions | industries
CREATE TABLE classification_lists (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  version TEXT NOT NULL,
  file_name TEXT NOT NULL,
  source TEXT NOT NULL,
  licence TEXT NOT NULL,
  names BIGINT NOT NULL,
  loaded_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX classification_lists_kind ON classification_lists (kind, language);

CREATE TABLE classification_names (
  list_id BIGINT NOT NULL REFERENCES classification_lists (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (list_id, code)
);
