CREATE TRIGGER organisation_keys_fixed BEFORE UPDATE ON organisation_keys
  WHEN NEW.id IS NOT OLD.id
    OR NEW.organisation_id IS NOT OLD.organisation_id
    OR NEW.public_key IS NOT OLD.public_key
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at)
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
--;
CREATE TRIGGER organisation_keys_no_delete BEFORE DELETE ON organisation_keys
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
--;
CREATE TRIGGER organisation_keys_no_replace BEFORE INSERT ON organisation_keys
  WHEN EXISTS (SELECT 1 FROM organisation_keys WHERE id = NEW.id OR public_key = NEW.public_key)
  BEGIN SELECT RAISE(ABORT, 'a registered key is not moved, changed, deleted or reinstated'); END
