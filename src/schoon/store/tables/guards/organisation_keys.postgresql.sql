CREATE FUNCTION organisation_keys_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a registered key is not moved, changed, deleted or reinstated' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER organisation_keys_fixed BEFORE UPDATE ON organisation_keys
  FOR EACH ROW
  WHEN (NEW.id IS DISTINCT FROM OLD.id
    OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
    OR NEW.public_key IS DISTINCT FROM OLD.public_key
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
  EXECUTE FUNCTION organisation_keys_fixed()
--;
CREATE TRIGGER organisation_keys_no_delete BEFORE DELETE OR TRUNCATE ON organisation_keys
  FOR EACH STATEMENT EXECUTE FUNCTION organisation_keys_fixed()
