CREATE TRIGGER followup_observations_no_update BEFORE UPDATE ON followup_observations
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
--;
CREATE TRIGGER followup_observations_no_delete BEFORE DELETE ON followup_observations
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
--;
CREATE TRIGGER followup_observations_no_replace BEFORE INSERT ON followup_observations
  WHEN EXISTS (SELECT 1 FROM followup_observations WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a look found is never changed'); END
