CREATE FUNCTION items_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'an item keeps its address, and its state is the last of its history' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION items_first_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  INSERT INTO item_history (item_id, number, to_state, at, by) VALUES (NEW.id, 1, NEW.state, NEW.moved_at, 'intake');
  RETURN NULL;
  END $$
--;
CREATE FUNCTION items_follow_history() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NEW.moves <> OLD.moves + 1 OR NOT EXISTS (SELECT 1 FROM item_history WHERE item_id = OLD.id AND number = NEW.moves
      AND to_state = NEW.state AND at = NEW.moved_at) THEN
  RAISE EXCEPTION 'an item keeps its address, and its state is the last of its history' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE TRIGGER items_begin_with_intake BEFORE INSERT ON items
  FOR EACH ROW
  WHEN (NEW.state <> 'to_assess' OR NEW.moves <> 1)
  EXECUTE FUNCTION items_refuse()
--;
CREATE TRIGGER items_first_row AFTER INSERT ON items
  FOR EACH ROW EXECUTE FUNCTION items_first_row()
--;
CREATE TRIGGER items_keep_address BEFORE UPDATE ON items
  FOR EACH ROW
  WHEN (NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.url_tag <> OLD.url_tag)
  EXECUTE FUNCTION items_refuse()
--;
CREATE TRIGGER items_follow_history BEFORE UPDATE ON items
  FOR EACH ROW
  WHEN (NEW.state <> OLD.state OR NEW.moves <> OLD.moves OR NEW.moved_at <> OLD.moved_at)
  EXECUTE FUNCTION items_follow_history()
--;
CREATE TRIGGER items_no_delete BEFORE DELETE OR TRUNCATE ON items
  FOR EACH STATEMENT EXECUTE FUNCTION items_refuse()
