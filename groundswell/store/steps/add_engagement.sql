-- Appends the dated counts; the newest of a post decide how loud it is.
INSERT INTO engagement BY NAME SELECT * FROM fresh_engagement ORDER BY post_no, seen_at;
