CREATE FUNCTION batches_two_organisations() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  IF NEW.state = 'active'
  AND NOT (NEW.first_attestor <> NEW.second_attestor
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.first_attestor
    AND a.key_id = NEW.first_key_id)
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.second_attestor
    AND a.key_id = NEW.second_key_id)) THEN
  RAISE EXCEPTION 'an active batch has attestations of two different organisations' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NEW;
  END $$
--;
CREATE FUNCTION batches_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a batch keeps its supplier, root, attestors and test, and never goes back a state' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER batches_two_on_insert BEFORE INSERT ON batches
  FOR EACH ROW
  WHEN (NEW.state <> 'importing')
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_two_on_update BEFORE UPDATE ON batches
  FOR EACH ROW EXECUTE FUNCTION batches_two_organisations()
--;
CREATE TRIGGER batches_fixed BEFORE UPDATE ON batches
  FOR EACH ROW
  WHEN (NEW.id IS DISTINCT FROM OLD.id
    OR NEW.supplier_id IS DISTINCT FROM OLD.supplier_id
    OR NEW.source_sha256 IS DISTINCT FROM OLD.source_sha256
    OR NEW.source_format IS DISTINCT FROM OLD.source_format
    OR NEW.opened_at IS DISTINCT FROM OLD.opened_at
    OR (OLD.first_attestor IS NOT NULL AND NEW.first_attestor IS DISTINCT FROM OLD.first_attestor)
    OR (OLD.second_attestor IS NOT NULL AND NEW.second_attestor IS DISTINCT FROM OLD.second_attestor)
    OR (OLD.tested_at IS NOT NULL AND NEW.tested_at IS DISTINCT FROM OLD.tested_at)
    OR (OLD.known_good_count IS NOT NULL AND NEW.known_good_count IS DISTINCT FROM OLD.known_good_count)
    OR (OLD.activated_at IS NOT NULL AND NEW.activated_at IS DISTINCT FROM OLD.activated_at)
    OR (CASE NEW.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
      < (CASE OLD.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
    OR (OLD.state <> 'importing' AND (NEW.first_entry_id IS DISTINCT FROM OLD.first_entry_id
    OR NEW.last_entry_id IS DISTINCT FROM OLD.last_entry_id
    OR NEW.entry_count IS DISTINCT FROM OLD.entry_count
    OR NEW.root IS DISTINCT FROM OLD.root)))
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
  FOR EACH ROW
  WHEN (true)
  EXECUTE FUNCTION batches_refuse()
--;
CREATE TRIGGER batches_no_truncate BEFORE TRUNCATE ON batches
  FOR EACH STATEMENT EXECUTE FUNCTION batches_refuse()
