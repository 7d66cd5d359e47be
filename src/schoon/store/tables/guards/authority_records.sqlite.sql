CREATE TRIGGER authority_records_no_update BEFORE UPDATE ON authority_records
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
--;
CREATE TRIGGER authority_records_no_delete BEFORE DELETE ON authority_records
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
--;
CREATE TRIGGER authority_records_no_replace BEFORE INSERT ON authority_records
  WHEN EXISTS (SELECT 1 FROM authority_records WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what was laid before the authority is never changed'); END
