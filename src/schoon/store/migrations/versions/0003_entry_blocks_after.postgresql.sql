ALTER TABLE entries DROP COLUMN category
--;
ALTER TABLE entries DROP COLUMN kinds
--;
ALTER TABLE entries DROP COLUMN supplier_time
--;
ALTER TABLE entries DROP COLUMN md5
--;
ALTER TABLE entries DROP COLUMN sha1
--;
ALTER TABLE entries DROP COLUMN sha256
--;
ALTER TABLE entries DROP COLUMN content
--;
ALTER TABLE entries DROP COLUMN sealed
--;
CREATE TRIGGER entry_blocks_while_importing AFTER INSERT ON entry_blocks
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entries_while_importing()
--;
CREATE TRIGGER entry_blocks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
