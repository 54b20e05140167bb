-- Grain: one row per post, topic, query and route that is not stored yet.
CREATE OR REPLACE TEMP TABLE fresh_matches AS
WITH seen AS (
    SELECT DISTINCT a.post_no, m.topic, m.query, m.route
    FROM (SELECT key, unnest(matches) AS m FROM incoming) AS i
    INNER JOIN arriving AS a ON i.key = a.key
),

stored AS (
    SELECT post_no, topic, query, route
    FROM matches
    WHERE post_no IN (SELECT post_no FROM arriving WHERE standing <> 'new')
)

SELECT s.*
FROM seen AS s
ANTI JOIN stored AS t USING (post_no, topic, query, route);
