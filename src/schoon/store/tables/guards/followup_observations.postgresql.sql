CREATE FUNCTION followup_observations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a look found is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_observations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON followup_observations
  FOR EACH STATEMENT EXECUTE FUNCTION followup_observations_append_only()
