ALTER TABLE segments DROP COLUMN shared;
