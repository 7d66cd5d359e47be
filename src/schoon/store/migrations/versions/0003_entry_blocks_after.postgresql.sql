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
--;
CREATE FUNCTION entry_blocks_own() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  PERFORM 1 FROM list_state FOR UPDATE; -- two at the same moment would not see each other
  IF EXISTS (SELECT 1 FROM added a JOIN entry_blocks b ON b.first_id > a.first_id - 4096 AND b.first_id < a.first_id + a.entry_count
      WHERE b.first_id <> a.first_id AND b.first_id + b.entry_count > a.first_id)
    OR EXISTS (SELECT 1 FROM added a WHERE a.entry_count <> (
      SELECT count(*) FILTER (WHERE e.batch_id = a.batch_id AND e.supplier_id = a.supplier_id) FROM entries e
      WHERE e.id >= a.first_id AND e.id < a.first_id + a.entry_count)) THEN
  RAISE EXCEPTION 'a block holds entries of its own batch and supplier, and those of no other block' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
  END $$
--;
CREATE TRIGGER entry_blocks_own AFTER INSERT ON entry_blocks
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entry_blocks_own()
