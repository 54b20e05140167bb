-- All that a source had beside its posts. Tombstones stay: who was deleted stays away.
DELETE FROM coverage WHERE source IN (SELECT source FROM leaving);
DELETE FROM cursors WHERE source IN (SELECT source FROM leaving);
DELETE FROM batches WHERE source IN (SELECT source FROM leaving);
DELETE FROM quarantine WHERE source IN (SELECT source FROM leaving);
DELETE FROM removed_hour WHERE source IN (SELECT source FROM leaving);
DELETE FROM notices WHERE source IN (SELECT source FROM leaving);
