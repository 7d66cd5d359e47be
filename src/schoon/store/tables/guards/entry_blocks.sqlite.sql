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
