CREATE FUNCTION list_state_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version is used once and only rises' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER list_state_rises BEFORE UPDATE ON list_state
  FOR EACH ROW
  WHEN (NEW.version < OLD.version
    OR NEW.next_entry_id < OLD.next_entry_id
    OR NEW.change < OLD.change)
  EXECUTE FUNCTION list_state_refuse()
--;
CREATE TRIGGER list_state_no_delete BEFORE DELETE ON list_state
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION list_state_refuse()
--;
CREATE TRIGGER list_state_no_truncate BEFORE TRUNCATE ON list_state
  FOR EACH STATEMENT EXECUTE FUNCTION list_state_refuse()
--;
INSERT INTO list_state (id) VALUES (1)
