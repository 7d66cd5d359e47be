CREATE FUNCTION publications_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version is used once and only rises' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER publications_fixed BEFORE UPDATE ON publications
  FOR EACH ROW
  WHEN (NEW.version <> OLD.version
    OR (OLD.state <> 'writing' AND NEW.state <> OLD.state))
  EXECUTE FUNCTION publications_refuse()
--;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION publications_refuse()
