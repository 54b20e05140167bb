-- Grain: one row. Whether every post of the topic lies in the period; half-open, UTC.
SELECT
    coalesce(min(posted_at) >= $since::TIMESTAMPTZ, true)
    AND coalesce(max(posted_at) < $until::TIMESTAMPTZ, true) AS whole
FROM facts
WHERE topic = $topic;
