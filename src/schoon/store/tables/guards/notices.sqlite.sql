CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices
  WHEN OLD.id IS NOT NEW.id
    OR OLD.hoster_id IS NOT NEW.hoster_id
    OR OLD.profile_id IS NOT NEW.profile_id
    OR OLD.kind IS NOT NEW.kind
    OR OLD.opened_at IS NOT NEW.opened_at
    OR (OLD.closed_at IS NOT NULL AND OLD.closed_at IS NOT NEW.closed_at)
    OR (OLD.sent_at IS NOT NULL AND OLD.sent_at IS NOT NEW.sent_at)
    OR (OLD.delivered_at IS NOT NULL AND OLD.delivered_at IS NOT NEW.delivered_at)
    OR (OLD.seen_at IS NOT NULL AND OLD.seen_at IS NOT NEW.seen_at)
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NOT NEW.acknowledged_at)
    OR (OLD.clock_at IS NOT NULL AND OLD.clock_at IS NOT NEW.clock_at)
    OR (OLD.due_at IS NOT NULL AND OLD.due_at IS NOT NEW.due_at)
  BEGIN SELECT RAISE(ABORT, 'what a notice was, and when it was sent, stays as it was'); END
