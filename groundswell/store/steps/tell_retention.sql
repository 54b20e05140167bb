-- How long a source says its texts may be kept; what was told last stands.
MERGE INTO retentions AS r
USING (SELECT $source AS source) AS n ON r.source = n.source
WHEN MATCHED AND $told_at >= r.told_at THEN UPDATE SET keep_s = $keep_s, told_at = $told_at
WHEN NOT MATCHED THEN INSERT VALUES (n.source, $keep_s, $told_at);
