CREATE FUNCTION item_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'history is not changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION item_history_follows() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NOT EXISTS (SELECT 1 FROM items WHERE id = NEW.item_id AND (
      (NEW.number = 1 AND moves = 1 AND state = NEW.to_state) OR (NEW.number = moves + 1 AND state = NEW.from_state))) THEN
  RAISE EXCEPTION 'a step begins where the last one ended' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE FUNCTION item_history_moves() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  UPDATE items SET state = NEW.to_state, moves = NEW.number, moved_at = NEW.at WHERE id = NEW.item_id;
  RETURN NULL;
  END $$
--;
CREATE TRIGGER item_history_follows BEFORE INSERT ON item_history
  FOR EACH ROW EXECUTE FUNCTION item_history_follows()
--;
CREATE TRIGGER item_history_moves AFTER INSERT ON item_history
  FOR EACH ROW
  WHEN (NEW.number > 1)
  EXECUTE FUNCTION item_history_moves()
--;
CREATE TRIGGER item_history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON item_history
  FOR EACH STATEMENT EXECUTE FUNCTION item_history_refuse()
