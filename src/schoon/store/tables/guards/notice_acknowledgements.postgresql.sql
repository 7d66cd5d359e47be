CREATE FUNCTION notice_acknowledgements_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a hoster signed is kept as it was signed' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_acknowledgements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_acknowledgements
  FOR EACH STATEMENT EXECUTE FUNCTION notice_acknowledgements_append_only()
