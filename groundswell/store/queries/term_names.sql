-- Grain: one row per term of $term_nos.
SELECT term_no, term FROM terms WHERE term_no IN (SELECT unnest($term_nos::INTEGER[]));
