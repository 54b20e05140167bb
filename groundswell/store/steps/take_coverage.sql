-- Takes out the windows of one instance that touch [$first, $last], to be merged and put back.
DELETE FROM coverage
WHERE
    source = $source
    AND topic = $topic
    AND route = $route
    AND instance IS NOT DISTINCT FROM $instance
    AND window_end >= $first
    AND window_start <= $last
RETURNING window_start, window_end, status, reason, found, dropped, pages, rejected, requests;
