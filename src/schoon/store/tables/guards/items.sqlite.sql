CREATE TRIGGER items_begin_with_intake BEFORE INSERT ON items
  WHEN NEW.state <> 'to_assess' OR NEW.moves <> 1
  BEGIN SELECT RAISE(ABORT, 'an item begins where it is to be assessed'); END
--;
CREATE TRIGGER items_no_replace BEFORE INSERT ON items
  WHEN EXISTS (SELECT 1 FROM items WHERE id = NEW.id OR number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'an item is not replaced'); END
--;
CREATE TRIGGER items_first_row AFTER INSERT ON items
  BEGIN
  INSERT INTO item_history (item_id, number, to_state, at, by) VALUES (NEW.id, 1, NEW.state, NEW.moved_at, 'intake');
  END
--;
CREATE TRIGGER items_follow_history BEFORE UPDATE OF id, number, url_tag, state, moves, moved_at ON items
  WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.url_tag <> OLD.url_tag
    OR ((NEW.state <> OLD.state OR NEW.moves <> OLD.moves OR NEW.moved_at <> OLD.moved_at) AND NOT EXISTS (
      SELECT 1 FROM item_history WHERE item_id = OLD.id AND number = NEW.moves AND number = OLD.moves + 1
        AND to_state = NEW.state AND at = NEW.moved_at))
  BEGIN SELECT RAISE(ABORT, 'an item keeps its address, and its state is the last of its history'); END
--;
CREATE TRIGGER items_no_delete BEFORE DELETE ON items
  BEGIN SELECT RAISE(ABORT, 'an item is not deleted'); END
