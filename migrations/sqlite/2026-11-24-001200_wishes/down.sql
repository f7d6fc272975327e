DROP TABLE address_requests;
ALTER TABLE contact_addresses DROP COLUMN confirmed_at;
