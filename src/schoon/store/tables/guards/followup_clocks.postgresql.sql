CREATE FUNCTION followup_clocks_go_on() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
  RAISE EXCEPTION 'a clock never starts anew, goes back a step, or runs again after its end' USING ERRCODE = 'integrity_constraint_violation';
  END $$
--;
CREATE TRIGGER followup_clocks_go_on BEFORE UPDATE ON followup_clocks
  FOR EACH ROW
  WHEN (NEW.number IS DISTINCT FROM OLD.number
    OR NEW.item_id IS DISTINCT FROM OLD.item_id
    OR NEW.notice_id IS DISTINCT FROM OLD.notice_id
    OR NEW.hoster_id IS DISTINCT FROM OLD.hoster_id
    OR NEW.profile_id IS DISTINCT FROM OLD.profile_id
    OR NEW.first_seen_at IS DISTINCT FROM OLD.first_seen_at
    OR NEW.sent_at IS DISTINCT FROM OLD.sent_at
    OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at)
    OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
    OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
    OR (OLD.deadline IS NOT NULL AND NEW.deadline IS DISTINCT FROM OLD.deadline)
    OR (OLD.disputed_at IS NOT NULL AND NEW.disputed_at IS DISTINCT FROM OLD.disputed_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.upheld IS DISTINCT FROM OLD.upheld)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    OR (OLD."end" IS NOT NULL AND NEW."end" IS DISTINCT FROM OLD."end")
    OR (OLD.gone_at IS NOT NULL AND NEW.gone_at IS DISTINCT FROM OLD.gone_at)
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at)
    OR CASE NEW.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
      < CASE OLD.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END)
  EXECUTE FUNCTION followup_clocks_go_on()
--;
CREATE TRIGGER followup_clocks_no_delete BEFORE DELETE OR TRUNCATE ON followup_clocks
  FOR EACH STATEMENT EXECUTE FUNCTION followup_clocks_go_on()
