DROP INDEX contacts_without_family_name;
DROP INDEX contacts_without_given_name;
DROP TABLE campaign_checks;
