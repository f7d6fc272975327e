DROP TABLE archive_exceptions;
DROP TABLE public_archives;
