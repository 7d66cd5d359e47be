CREATE TRIGGER entry_blocks_while_importing AFTER INSERT ON entry_blocks
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entries_while_importing()
--;
CREATE TRIGGER entry_blocks_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entry_blocks
  FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
