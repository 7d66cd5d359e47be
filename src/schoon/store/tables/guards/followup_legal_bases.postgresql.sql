CREATE FUNCTION followup_legal_bases_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a recorded legal basis is ended, never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_legal_bases_fixed BEFORE UPDATE ON followup_legal_bases
  FOR EACH ROW
  WHEN (NEW.number IS DISTINCT FROM OLD.number
    OR NEW.basis IS DISTINCT FROM OLD.basis
    OR NEW.signatory IS DISTINCT FROM OLD.signatory
    OR NEW.recorded_by IS DISTINCT FROM OLD.recorded_by
    OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.ended_by IS DISTINCT FROM OLD.ended_by)))
  EXECUTE FUNCTION followup_legal_bases_fixed()
--;
CREATE TRIGGER followup_legal_bases_no_delete BEFORE DELETE OR TRUNCATE ON followup_legal_bases
  FOR EACH STATEMENT EXECUTE FUNCTION followup_legal_bases_fixed()
