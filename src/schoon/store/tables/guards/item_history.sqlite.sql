CREATE TRIGGER item_history_follows BEFORE INSERT ON item_history
  WHEN NOT EXISTS (
      SELECT 1 FROM items WHERE id = NEW.item_id AND (
        (NEW.number = 1 AND moves = 1 AND state = NEW.to_state) OR (NEW.number = moves + 1 AND state = NEW.from_state)))
    OR EXISTS (SELECT 1 FROM item_history WHERE item_id = NEW.item_id AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a step begins where the last one ended'); END
--;
CREATE TRIGGER item_history_moves AFTER INSERT ON item_history
  WHEN NEW.number > 1
  BEGIN
  UPDATE items SET state = NEW.to_state, moves = NEW.number, moved_at = NEW.at WHERE id = NEW.item_id;
  END
--;
CREATE TRIGGER item_history_no_update BEFORE UPDATE ON item_history
  BEGIN SELECT RAISE(ABORT, 'history is not changed'); END
--;
CREATE TRIGGER item_history_no_delete BEFORE DELETE ON item_history
  BEGIN SELECT RAISE(ABORT, 'history is not changed'); END
