CREATE TRIGGER assessments_no_update BEFORE UPDATE ON assessments
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
--;
CREATE TRIGGER assessments_no_delete BEFORE DELETE ON assessments
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
--;
CREATE TRIGGER assessments_no_replace BEFORE INSERT ON assessments
  WHEN EXISTS (SELECT 1 FROM assessments WHERE number = NEW.number)
    OR EXISTS (SELECT 1 FROM assessments WHERE item_id = NEW.item_id AND round = NEW.round
      AND ((counts AND NEW.counts) OR (means = 'analyst' AND NEW.means = 'analyst' AND by = NEW.by)))
  BEGIN SELECT RAISE(ABORT, 'a judgement is written down once'); END
