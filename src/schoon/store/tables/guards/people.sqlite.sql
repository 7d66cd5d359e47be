CREATE TRIGGER people_police BEFORE INSERT ON people
  WHEN instr(NEW.duties, ',police,') > 0 AND NOT EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'police')
  BEGIN SELECT RAISE(ABORT, 'a duty of the police belongs to an organisation of the police'); END
--;
CREATE TRIGGER people_hoster BEFORE INSERT ON people
  WHEN (NEW.duties = ',hoster,') <> EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'member')
    OR (instr(NEW.duties, ',hoster,') > 0 AND NEW.duties <> ',hoster,')
  BEGIN SELECT RAISE(ABORT, 'people of a member have the duty of hoster, and nobody else has it'); END
--;
CREATE TRIGGER people_fixed BEFORE UPDATE ON people
  WHEN NEW.id IS NOT OLD.id OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.added_at IS NOT OLD.added_at
    OR (OLD.left_at IS NOT NULL)
    OR (instr(NEW.duties, ',police,') > 0 AND NOT EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'police'))
    OR (NEW.duties = ',hoster,') <> EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'member')
    OR (instr(NEW.duties, ',hoster,') > 0 AND NEW.duties <> ',hoster,')
  BEGIN SELECT RAISE(ABORT, 'an account keeps its organisation, is closed for good, and the duties of police and hoster belong to theirs'); END
--;
CREATE TRIGGER people_no_delete BEFORE DELETE ON people
  BEGIN SELECT RAISE(ABORT, 'an account is closed, not deleted'); END
