CREATE FUNCTION vocabularies_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a version of a question set never changes' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER vocabularies_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON vocabularies
  FOR EACH STATEMENT EXECUTE FUNCTION vocabularies_refuse()
