CREATE TRIGGER followup_legal_bases_fixed BEFORE UPDATE ON followup_legal_bases
  WHEN NEW.number IS NOT OLD.number
    OR NEW.basis IS NOT OLD.basis
    OR NEW.signatory IS NOT OLD.signatory
    OR NEW.recorded_by IS NOT OLD.recorded_by
    OR NEW.recorded_at IS NOT OLD.recorded_at
    OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.ended_by IS NOT OLD.ended_by))
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
--;
CREATE TRIGGER followup_legal_bases_no_delete BEFORE DELETE ON followup_legal_bases
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
--;
CREATE TRIGGER followup_legal_bases_no_replace BEFORE INSERT ON followup_legal_bases
  WHEN EXISTS (SELECT 1 FROM followup_legal_bases WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a recorded legal basis is ended, never changed'); END
