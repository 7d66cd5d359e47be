CREATE TRIGGER identity_requests_asked_first BEFORE INSERT ON identity_requests
  WHEN NEW.approved_by IS NOT NULL OR NEW.read_at IS NOT NULL OR EXISTS (SELECT 1 FROM identity_requests WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
--;
CREATE TRIGGER identity_requests_once BEFORE UPDATE ON identity_requests
  WHEN NEW.number <> OLD.number OR NEW.report_id <> OLD.report_id OR NEW.asked_by <> OLD.asked_by OR NEW.asked_at <> OLD.asked_at
    OR NEW.sealed <> OLD.sealed
    OR (OLD.approved_by IS NOT NULL AND (NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at
      OR NEW.ends_at IS NOT OLD.ends_at))
    OR (OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at)
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
--;
CREATE TRIGGER identity_requests_no_delete BEFORE DELETE ON identity_requests
  BEGIN SELECT RAISE(ABORT, 'a request is asked, then approved, then read, each once'); END
