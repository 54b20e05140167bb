-- Posts whose authors did not agree to be found: counted, scored and read, never shown with a name.

CREATE MACRO nameless(labels) AS list_contains(labels, 'not-indexable');

-- Stands for an address that would tell the name; the same post always gets the same.
CREATE MACRO masked(source, uri) AS source || ':' || substr(md5(source || chr(31) || uri), 1, 16);
