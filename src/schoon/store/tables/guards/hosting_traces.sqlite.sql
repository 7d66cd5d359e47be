CREATE TRIGGER hosting_traces_no_update BEFORE UPDATE ON hosting_traces
  BEGIN SELECT RAISE(ABORT, 'a kept trace is never changed'); END
--;
CREATE TRIGGER hosting_traces_no_replace BEFORE INSERT ON hosting_traces
  WHEN EXISTS (SELECT 1 FROM hosting_traces WHERE number = NEW.number OR id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a kept trace is never changed'); END
