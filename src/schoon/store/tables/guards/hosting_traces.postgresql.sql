CREATE FUNCTION hosting_traces_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a kept trace is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER hosting_traces_no_update BEFORE UPDATE ON hosting_traces
  FOR EACH STATEMENT EXECUTE FUNCTION hosting_traces_refuse()
