-- Sets the detected language of posts scored anew: the newest version of a model read it with its
-- score. What an older version says late changes nothing.
UPDATE posts AS p
SET lang = i.lang, lang_confidence = i.lang_confidence
FROM arriving AS a
INNER JOIN incoming AS i ON a.sighting = i.sighting
WHERE
    p.post_no = a.post_no
    AND a.standing = 'same'
    AND (p.lang, p.lang_confidence) IS DISTINCT FROM (i.lang, i.lang_confidence)
    AND a.post_no IN (
        SELECT s.post_no
        FROM fresh_scores AS s
        INNER JOIN models AS m ON s.model = m.model AND s.version = m.version
        WHERE m.rank = (SELECT max(n.rank) FROM models AS n WHERE n.model = m.model)
    );
