-- Adds labels; those they replace are gone already.
INSERT INTO labels
SELECT
    $topic AS topic,
    unnest($targets::VARCHAR[]) AS target,
    unnest($post_nos::BIGINT[]) AS post_no,
    unnest($labellers::VARCHAR[]) AS labeller,
    unnest($labels::VARCHAR[]) AS label,
    unnest($times::TIMESTAMPTZ[]) AS labelled_at,
    unnest($tooks::DOUBLE[]) AS took_s
