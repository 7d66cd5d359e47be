CREATE FUNCTION notice_returns_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what came back is kept as it came' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_returns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_returns
  FOR EACH STATEMENT EXECUTE FUNCTION notice_returns_append_only()
