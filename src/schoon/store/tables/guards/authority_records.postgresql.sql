CREATE FUNCTION authority_records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what was laid before the authority is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER authority_records_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authority_records
  FOR EACH STATEMENT EXECUTE FUNCTION authority_records_append_only()
