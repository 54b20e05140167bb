-- One row per post again, its latest sighting: looking at every post once a day adds a row for each.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT post_no, max(seen_at) AS seen_at
FROM sightings
GROUP BY post_no;

DELETE FROM sightings;
INSERT INTO sightings SELECT post_no, seen_at FROM compacted ORDER BY post_no;

INSERT INTO counters
SELECT 'sightings', 0
WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = 'sightings');
UPDATE counters SET next = (SELECT count(*) FROM sightings) WHERE name = 'sightings';
