CREATE TRIGGER entry_blocks_while_importing BEFORE INSERT ON entry_blocks
  WHEN (SELECT state FROM batches WHERE id = NEW.batch_id) IS NOT 'importing'
    OR EXISTS (SELECT 1 FROM entry_blocks WHERE first_id = NEW.first_id)
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entry_blocks_no_update BEFORE UPDATE ON entry_blocks
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entry_blocks_no_delete BEFORE DELETE ON entry_blocks
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entry_blocks_own AFTER INSERT ON entry_blocks
  WHEN EXISTS (
      SELECT 1 FROM entry_blocks WHERE first_id > NEW.first_id - 4096 AND first_id < NEW.first_id + NEW.entry_count
        AND first_id <> NEW.first_id AND first_id + entry_count > NEW.first_id)
    OR NEW.entry_count <> (
      SELECT count(*) FILTER (WHERE batch_id = NEW.batch_id AND supplier_id = NEW.supplier_id) FROM entries
      WHERE id >= NEW.first_id AND id < NEW.first_id + NEW.entry_count)
  BEGIN SELECT RAISE(ABORT, 'a block holds entries of its own batch and supplier, and those of no other block'); END
