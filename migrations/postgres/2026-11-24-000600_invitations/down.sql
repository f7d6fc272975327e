DROP TABLE erased_hashes;
DROP TABLE invitations;
ALTER TABLE campaigns DROP COLUMN kind;
