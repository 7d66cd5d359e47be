CREATE TRIGGER followup_clocks_go_on BEFORE UPDATE ON followup_clocks
  WHEN NEW.number IS NOT OLD.number
    OR NEW.item_id IS NOT OLD.item_id
    OR NEW.notice_id IS NOT OLD.notice_id
    OR NEW.hoster_id IS NOT OLD.hoster_id
    OR NEW.profile_id IS NOT OLD.profile_id
    OR NEW.first_seen_at IS NOT OLD.first_seen_at
    OR NEW.sent_at IS NOT OLD.sent_at
    OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS NOT OLD.delivered_at)
    OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS NOT OLD.acknowledged_at)
    OR (OLD.started_at IS NOT NULL AND NEW.started_at IS NOT OLD.started_at)
    OR (OLD.deadline IS NOT NULL AND NEW.deadline IS NOT OLD.deadline)
    OR (OLD.disputed_at IS NOT NULL AND NEW.disputed_at IS NOT OLD.disputed_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at)
    OR (OLD.answered_at IS NOT NULL AND NEW.upheld IS NOT OLD.upheld)
    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
    OR (OLD."end" IS NOT NULL AND NEW."end" IS NOT OLD."end")
    OR (OLD.gone_at IS NOT NULL AND NEW.gone_at IS NOT OLD.gone_at)
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NOT OLD.confirmed_at)
    OR CASE NEW.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
      < CASE OLD.last_step WHEN 'notice_again' THEN 1 WHEN 'police' THEN 2 WHEN 'authority' THEN 3 ELSE 0 END
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
--;
CREATE TRIGGER followup_clocks_no_delete BEFORE DELETE ON followup_clocks
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
--;
CREATE TRIGGER followup_clocks_no_replace BEFORE INSERT ON followup_clocks
  WHEN EXISTS (SELECT 1 FROM followup_clocks WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'a clock never starts anew, goes back a step, or runs again after its end'); END
