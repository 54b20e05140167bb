-- Takes quoted text that was deleted, and its words, out of one sighting.
UPDATE incoming
SET quoted_text = NULL, tokens = list_filter(tokens, lambda t: NOT list_contains($gone, t))
WHERE sighting = $sighting;
