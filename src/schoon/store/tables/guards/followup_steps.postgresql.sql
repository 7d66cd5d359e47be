CREATE FUNCTION followup_steps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a step that was taken stays taken' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_steps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON followup_steps
  FOR EACH STATEMENT EXECUTE FUNCTION followup_steps_append_only()
