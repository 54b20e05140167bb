-- Enters the posts of a draw.
INSERT INTO drawn
SELECT
    $topic AS topic,
    $target AS target,
    $draw AS draw,
    unnest($post_nos::BIGINT[]) AS post_no,
    unnest($places::INTEGER[]) AS place,
    unnest($phases::INTEGER[]) AS phase,
    unnest($sources::VARCHAR[]) AS source,
    unnest($predicted::VARCHAR[]) AS predicted,
    unnest($inclusions::DOUBLE[]) AS inclusion
