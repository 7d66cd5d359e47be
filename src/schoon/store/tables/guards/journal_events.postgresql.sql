CREATE FUNCTION journal_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'the journal is append only' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER journal_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_events
  FOR EACH STATEMENT EXECUTE FUNCTION journal_events_append_only()
