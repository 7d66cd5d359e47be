CREATE TRIGGER attestations_no_update BEFORE UPDATE ON attestations
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
--;
CREATE TRIGGER attestations_no_delete BEFORE DELETE ON attestations
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
--;
CREATE TRIGGER attestations_no_replace BEFORE INSERT ON attestations
  WHEN EXISTS (SELECT 1 FROM attestations WHERE batch_id = NEW.batch_id AND organisation_id = NEW.organisation_id AND key_id = NEW.key_id)
  BEGIN SELECT RAISE(ABORT, 'attestations are append only'); END
