DROP INDEX employments_sector;
DROP INDEX employments_employer;
DROP INDEX degrees_level;
DROP INDEX contacts_language;
DROP INDEX contacts_country;
