CREATE FUNCTION notice_answers_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a hoster said is kept as it was said' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_answers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_answers
  FOR EACH STATEMENT EXECUTE FUNCTION notice_answers_append_only()
