-- Asks for the file to be written anew as soon as that can be done.
DELETE FROM leftovers;
INSERT INTO leftovers VALUES ('-infinity'::TIMESTAMPTZ);
