CREATE FUNCTION entry_marks_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a withdrawal is final' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER entry_marks_final BEFORE UPDATE ON entry_marks
  FOR EACH ROW
  WHEN (OLD.standing = 'withdrawn' AND (NEW.standing <> 'withdrawn'
    OR NEW.entry_id <> OLD.entry_id))
  EXECUTE FUNCTION entry_marks_refuse()
--;
CREATE TRIGGER entry_marks_no_delete BEFORE DELETE ON entry_marks
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION entry_marks_refuse()
--;
CREATE TRIGGER entry_marks_no_truncate BEFORE TRUNCATE ON entry_marks
  FOR EACH STATEMENT EXECUTE FUNCTION entry_marks_refuse()
