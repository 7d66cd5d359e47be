CREATE FUNCTION people_checked() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF position(',police,' IN NEW.duties) > 0 AND NOT EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'police') THEN
    RAISE EXCEPTION 'a duty of the police belongs to an organisation of the police' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.duties = ',hoster,') <> EXISTS (SELECT 1 FROM organisations WHERE id = NEW.organisation_id AND role = 'member')
      OR (position(',hoster,' IN NEW.duties) > 0 AND NEW.duties <> ',hoster,') THEN
    RAISE EXCEPTION 'people of a member have the duty of hoster, and nobody else has it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.id IS DISTINCT FROM OLD.id OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id
      OR NEW.added_at IS DISTINCT FROM OLD.added_at OR OLD.left_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an account keeps its organisation and is closed for good' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
  END $$
--;
CREATE TRIGGER people_checked BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION people_checked()
--;
CREATE FUNCTION people_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'an account is closed, not deleted' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER people_no_delete BEFORE DELETE OR TRUNCATE ON people FOR EACH STATEMENT EXECUTE FUNCTION people_no_delete()
