CREATE FUNCTION identity_requests_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a request is asked, then approved, then read, each once' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER identity_requests_asked_first BEFORE INSERT ON identity_requests
  FOR EACH ROW
  WHEN (NEW.approved_by IS NOT NULL OR NEW.read_at IS NOT NULL)
  EXECUTE FUNCTION identity_requests_refuse()
--;
CREATE TRIGGER identity_requests_once BEFORE UPDATE ON identity_requests
  FOR EACH ROW
  WHEN (NEW.number <> OLD.number OR NEW.report_id <> OLD.report_id OR NEW.asked_by <> OLD.asked_by
    OR NEW.asked_at <> OLD.asked_at OR NEW.sealed <> OLD.sealed
    OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by IS DISTINCT FROM OLD.approved_by
      OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.ends_at IS DISTINCT FROM OLD.ends_at))
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at))
  EXECUTE FUNCTION identity_requests_refuse()
--;
CREATE TRIGGER identity_requests_no_delete BEFORE DELETE OR TRUNCATE ON identity_requests
  FOR EACH STATEMENT EXECUTE FUNCTION identity_requests_refuse()
