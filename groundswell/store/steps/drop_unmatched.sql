-- Leaves out sightings that match no topic and are not stored: a post that went while it was being
-- scored anew stays away.
DELETE FROM incoming WHERE len(matches) = 0 AND key NOT IN (SELECT key FROM known);
