CREATE FUNCTION attestations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'attestations are append only' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER attestations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attestations
  FOR EACH STATEMENT EXECUTE FUNCTION attestations_append_only()
