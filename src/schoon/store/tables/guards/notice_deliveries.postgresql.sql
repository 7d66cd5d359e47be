CREATE FUNCTION notice_deliveries_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a message is handed over as it was written' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notice_deliveries_fixed BEFORE UPDATE ON notice_deliveries
  FOR EACH ROW WHEN (
    OLD.id IS DISTINCT FROM NEW.id
    OR OLD.notice_id IS DISTINCT FROM NEW.notice_id
    OR OLD.channel IS DISTINCT FROM NEW.channel
    OR OLD.address IS DISTINCT FROM NEW.address
    OR OLD.message_id IS DISTINCT FROM NEW.message_id
    OR OLD.return_token IS DISTINCT FROM NEW.return_token
    OR OLD.content IS DISTINCT FROM NEW.content
    OR OLD.put_at IS DISTINCT FROM NEW.put_at
    OR (OLD.tried_at IS NOT NULL AND OLD.tried_at IS DISTINCT FROM NEW.tried_at)
  ) EXECUTE FUNCTION notice_deliveries_fixed()
