CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'an entry is added while its batch is imported, and never changed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE FUNCTION entries_while_importing() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch_id FROM added) a JOIN batches b ON b.id = a.batch_id WHERE b.state <> 'importing') THEN
  RAISE EXCEPTION 'an entry is added while its batch is imported, and never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
  END $$
--;
CREATE TRIGGER entries_while_importing AFTER INSERT ON entries
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION entries_while_importing()
--;
CREATE TRIGGER entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
