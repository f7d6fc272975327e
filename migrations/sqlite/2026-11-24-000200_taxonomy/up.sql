-- Where somebody lives as a point on a sphere of radius 1, beside the degrees: distances then need no sine, which
-- SQLite lacks. Filled by the program with the degrees; `brevduva places relocate` fills it for those who are there.
ALTER TABLE contacts ADD COLUMN point_x DOUBLE PRECISION;
ALTER TABLE contacts ADD COLUMN point_y DOUBLE PRECISION;
ALTER TABLE contacts ADD COLUMN point_z DOUBLE PRECISION;
CREATE INDEX contacts_coordinates ON contacts (latitude, longitude, id);

-- What a page offers to choose from, with how many people have it, is read from these indexes alone.
CREATE INDEX contacts_country ON contacts (country, id);
CREATE INDEX contacts_language ON contacts (language, id);
-- The person before the year: people of a faculty are then counted in the order of the index.
DROP INDEX degrees_faculty;
CREATE INDEX degrees_faculty ON degrees (faculty_key, contact_id, graduation_year);
CREATE INDEX degrees_level ON degrees (level, contact_id);
CREATE INDEX employments_employer ON employments (employer_key, contact_id);
CREATE INDEX employments_sector ON employments (sector, contact_id);

-- Files of postcodes that the office has loaded, one of each country, with what their licence asks us to keep.
CREATE TABLE postcode_lists (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  country TEXT NOT NULL UNIQUE,
  file_name TEXT NOT NULL,
  file_date DATE NOT NULL,
  source TEXT NOT NULL,
  licence TEXT NOT NULL,
  postcodes BIGINT NOT NULL,
  loaded_at TIMESTAMP NOT NULL
);

CREATE TABLE postcodes (
  list_id BIGINT NOT NULL REFERENCES postcode_lists (id),
  postcode TEXT NOT NULL,
  place TEXT NOT NULL,
  municipality TEXT,
  municipality_name TEXT,
  region TEXT,
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (list_id, postcode)
);

-- What people also call professions. unit_id NULL: in every unit; code: the first digits of an occupation code.
CREATE TABLE profession_synonyms (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_id BIGINT REFERENCES units (id),
  word TEXT NOT NULL,
  word_key TEXT NOT NULL,
  code TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX profession_synonyms_word ON profession_synonyms (word_key, code, unit_id);
