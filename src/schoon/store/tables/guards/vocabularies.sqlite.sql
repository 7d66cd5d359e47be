CREATE TRIGGER vocabularies_no_update BEFORE UPDATE ON vocabularies
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
--;
CREATE TRIGGER vocabularies_no_delete BEFORE DELETE ON vocabularies
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
--;
CREATE TRIGGER vocabularies_no_replace BEFORE INSERT ON vocabularies
  WHEN EXISTS (SELECT 1 FROM vocabularies WHERE number = NEW.number OR version = NEW.version)
  BEGIN SELECT RAISE(ABORT, 'a version of a question set never changes'); END
