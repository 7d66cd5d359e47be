CREATE TRIGGER journal_events_no_update BEFORE UPDATE ON journal_events
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
--;
CREATE TRIGGER journal_events_no_delete BEFORE DELETE ON journal_events
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
--;
CREATE TRIGGER journal_events_no_replace BEFORE INSERT ON journal_events
  WHEN EXISTS (SELECT 1 FROM journal_events WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the journal is append only'); END
