DROP INDEX imports_file;
DROP TABLE import_mappings;
