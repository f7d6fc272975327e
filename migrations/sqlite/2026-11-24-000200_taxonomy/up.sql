-- What a page offers to choose from, with how many people have it, is read from these indexes alone.
CREATE INDEX contacts_country ON contacts (country, id);
CREATE INDEX contacts_language ON contacts (language, id);
CREATE INDEX degrees_level ON degrees (level, contact_id);
CREATE INDEX employments_employer ON employments (employer_key, contact_id);
CREATE INDEX employments_sector ON employments (sector, contact_id);
