CREATE FUNCTION notices_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'what a notice was, and when it was sent, stays as it was' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER notices_fixed BEFORE UPDATE ON notices
  FOR EACH ROW WHEN (
    OLD.id IS DISTINCT FROM NEW.id
    OR OLD.hoster_id IS DISTINCT FROM NEW.hoster_id
    OR OLD.profile_id IS DISTINCT FROM NEW.profile_id
    OR OLD.kind IS DISTINCT FROM NEW.kind
    OR OLD.opened_at IS DISTINCT FROM NEW.opened_at
    OR (OLD.closed_at IS NOT NULL AND OLD.closed_at IS DISTINCT FROM NEW.closed_at)
    OR (OLD.sent_at IS NOT NULL AND OLD.sent_at IS DISTINCT FROM NEW.sent_at)
    OR (OLD.delivered_at IS NOT NULL AND OLD.delivered_at IS DISTINCT FROM NEW.delivered_at)
    OR (OLD.seen_at IS NOT NULL AND OLD.seen_at IS DISTINCT FROM NEW.seen_at)
    OR (OLD.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS DISTINCT FROM NEW.acknowledged_at)
    OR (OLD.clock_at IS NOT NULL AND OLD.clock_at IS DISTINCT FROM NEW.clock_at)
    OR (OLD.due_at IS NOT NULL AND OLD.due_at IS DISTINCT FROM NEW.due_at)
  ) EXECUTE FUNCTION notices_fixed()
