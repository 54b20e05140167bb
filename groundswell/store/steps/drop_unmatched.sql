-- Leaves out sightings that match no topic and are not stored: a post that went while it was being
-- scored anew stays away. One that another sighting of this group brings counts as stored: an edit may
-- take a post out of its topic before the post itself was taken in.
DELETE FROM incoming
WHERE
    len(matches) = 0
    AND key NOT IN (SELECT key FROM known)
    AND key NOT IN (SELECT key FROM incoming WHERE len(matches) > 0);
