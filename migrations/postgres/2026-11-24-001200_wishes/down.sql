DROP TABLE digest_months;
DROP TABLE digests;
ALTER TABLE campaigns DROP COLUMN weight;
DROP TABLE address_requests;
ALTER TABLE contact_addresses DROP COLUMN confirmed_at;
