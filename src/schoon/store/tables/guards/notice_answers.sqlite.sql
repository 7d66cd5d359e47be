CREATE TRIGGER notice_answers_no_update BEFORE UPDATE ON notice_answers
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
--;
CREATE TRIGGER notice_answers_no_delete BEFORE DELETE ON notice_answers
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
--;
CREATE TRIGGER notice_answers_no_replace BEFORE INSERT ON notice_answers
  WHEN EXISTS (SELECT 1 FROM notice_answers WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a hoster said is kept as it was said'); END
