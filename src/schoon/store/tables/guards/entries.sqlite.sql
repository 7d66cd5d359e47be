CREATE TRIGGER entries_while_importing BEFORE INSERT ON entries
  WHEN (SELECT state FROM batches WHERE id = NEW.batch_id) IS NOT 'importing'
    OR EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
  WHEN 1
  BEGIN SELECT RAISE(ABORT, 'an entry is added while its batch is imported, and never changed'); END
--;
CREATE TRIGGER entries_named_once BEFORE INSERT ON entries
  WHEN EXISTS (SELECT 1 FROM entries WHERE supplier_id = NEW.supplier_id AND ref = NEW.ref AND revision = NEW.revision)
  BEGIN SELECT RAISE(ABORT, 'a supplier names an entry once per revision'); END
