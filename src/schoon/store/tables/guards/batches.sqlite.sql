CREATE TRIGGER batches_two_on_insert BEFORE INSERT ON batches
  WHEN NEW.state <> 'importing'
  BEGIN SELECT RAISE(ABORT, 'an active batch has attestations of two different organisations'); END
--;
CREATE TRIGGER batches_two_on_update BEFORE UPDATE ON batches
  WHEN NEW.state = 'active'
  AND NOT (NEW.first_attestor <> NEW.second_attestor
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.first_attestor
    AND a.key_id = NEW.first_key_id)
  AND EXISTS (SELECT 1 FROM attestations a WHERE a.batch_id = NEW.id AND a.organisation_id = NEW.second_attestor
    AND a.key_id = NEW.second_key_id))
  BEGIN SELECT RAISE(ABORT, 'an active batch has attestations of two different organisations'); END
--;
CREATE TRIGGER batches_fixed BEFORE UPDATE ON batches
  WHEN NEW.id IS NOT OLD.id
    OR NEW.supplier_id IS NOT OLD.supplier_id
    OR NEW.source_sha256 IS NOT OLD.source_sha256
    OR NEW.source_format IS NOT OLD.source_format
    OR NEW.opened_at IS NOT OLD.opened_at
    OR (OLD.first_attestor IS NOT NULL AND NEW.first_attestor IS NOT OLD.first_attestor)
    OR (OLD.second_attestor IS NOT NULL AND NEW.second_attestor IS NOT OLD.second_attestor)
    OR (OLD.tested_at IS NOT NULL AND NEW.tested_at IS NOT OLD.tested_at)
    OR (OLD.known_good_count IS NOT NULL AND NEW.known_good_count IS NOT OLD.known_good_count)
    OR (OLD.activated_at IS NOT NULL AND NEW.activated_at IS NOT OLD.activated_at)
    OR (CASE NEW.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
      < (CASE OLD.state WHEN 'importing' THEN 0 WHEN 'proposed' THEN 1 WHEN 'attested' THEN 2 WHEN 'active' THEN 3 ELSE 4 END)
    OR (OLD.state <> 'importing' AND (NEW.first_entry_id IS NOT OLD.first_entry_id
    OR NEW.last_entry_id IS NOT OLD.last_entry_id
    OR NEW.entry_count IS NOT OLD.entry_count
    OR NEW.root IS NOT OLD.root))
  BEGIN SELECT RAISE(ABORT, 'a batch keeps its supplier, root, attestors and test, and never goes back a state'); END
--;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'a batch keeps its supplier, root, attestors and test, and never goes back a state'); END
--;
CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches
  WHEN EXISTS (SELECT 1 FROM batches WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'a batch is not replaced'); END
