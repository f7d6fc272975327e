DROP TABLE classification_names;
DROP TABLE classification_lists;
