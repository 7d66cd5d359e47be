CREATE TRIGGER followup_steps_no_update BEFORE UPDATE ON followup_steps
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
--;
CREATE TRIGGER followup_steps_no_delete BEFORE DELETE ON followup_steps
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
--;
CREATE TRIGGER followup_steps_no_replace BEFORE INSERT ON followup_steps
  WHEN EXISTS (SELECT 1 FROM followup_steps WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a step that was taken stays taken'); END
