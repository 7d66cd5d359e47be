CREATE TRIGGER list_state_rises BEFORE UPDATE ON list_state
  WHEN NEW.version < OLD.version
    OR NEW.next_entry_id < OLD.next_entry_id
    OR NEW.change < OLD.change
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER list_state_no_delete BEFORE DELETE ON list_state
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
INSERT INTO list_state (id) VALUES (1)
