CREATE TRIGGER entry_marks_final BEFORE UPDATE ON entry_marks
  WHEN OLD.standing = 'withdrawn' AND (NEW.standing <> 'withdrawn'
    OR NEW.entry_id <> OLD.entry_id)
  BEGIN SELECT RAISE(ABORT, 'a withdrawal is final'); END
--;
CREATE TRIGGER entry_marks_no_delete BEFORE DELETE ON entry_marks
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a withdrawal is final'); END
--;
CREATE TRIGGER entry_marks_no_replace BEFORE INSERT ON entry_marks
  WHEN EXISTS (SELECT 1 FROM entry_marks WHERE entry_id = NEW.entry_id)
  BEGIN SELECT RAISE(ABORT, 'a mark is changed, never replaced'); END
