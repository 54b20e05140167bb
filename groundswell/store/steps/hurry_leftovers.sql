-- Asks for the file to be written anew when the home is next opened.
UPDATE leftovers SET since = '-infinity'::TIMESTAMPTZ;
