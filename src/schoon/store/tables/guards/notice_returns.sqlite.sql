CREATE TRIGGER notice_returns_no_update BEFORE UPDATE ON notice_returns
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
--;
CREATE TRIGGER notice_returns_no_delete BEFORE DELETE ON notice_returns
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
--;
CREATE TRIGGER notice_returns_no_replace BEFORE INSERT ON notice_returns
  WHEN EXISTS (SELECT 1 FROM notice_returns WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what came back is kept as it came'); END
