CREATE TRIGGER notice_deliveries_fixed BEFORE UPDATE ON notice_deliveries
  WHEN OLD.id IS NOT NEW.id
    OR OLD.notice_id IS NOT NEW.notice_id
    OR OLD.channel IS NOT NEW.channel
    OR OLD.address IS NOT NEW.address
    OR OLD.message_id IS NOT NEW.message_id
    OR OLD.return_token IS NOT NEW.return_token
    OR OLD.content IS NOT NEW.content
    OR OLD.put_at IS NOT NEW.put_at
    OR (OLD.tried_at IS NOT NULL AND OLD.tried_at IS NOT NEW.tried_at)
  BEGIN SELECT RAISE(ABORT, 'a message is handed over as it was written'); END
