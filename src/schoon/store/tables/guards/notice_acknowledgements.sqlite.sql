CREATE TRIGGER notice_acknowledgements_no_update BEFORE UPDATE ON notice_acknowledgements
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
--;
CREATE TRIGGER notice_acknowledgements_no_delete BEFORE DELETE ON notice_acknowledgements
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
--;
CREATE TRIGGER notice_acknowledgements_no_replace BEFORE INSERT ON notice_acknowledgements
  WHEN EXISTS (SELECT 1 FROM notice_acknowledgements WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'what a hoster signed is kept as it was signed'); END
