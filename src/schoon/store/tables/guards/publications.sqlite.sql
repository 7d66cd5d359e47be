CREATE TRIGGER publications_fixed BEFORE UPDATE ON publications
  WHEN NEW.version <> OLD.version
    OR (OLD.state <> 'writing' AND NEW.state <> OLD.state)
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER publications_no_delete BEFORE DELETE ON publications
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
--;
CREATE TRIGGER publications_no_replace BEFORE INSERT ON publications
  WHEN EXISTS (SELECT 1 FROM publications WHERE version = NEW.version)
  BEGIN SELECT RAISE(ABORT, 'a version is used once and only rises'); END
