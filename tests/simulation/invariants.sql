-- What must hold in the tables whenever no worker is at work; each query finds everything of which it does not hold.
-- N1: every report once. N2: one state, an unbroken history. N3: what is due was done, or waits with a time.
-- N4: no effect twice. N5: every change has its event.

-- N1 a report counts its items
SELECT r.id FROM reports r
  WHERE r.items <> (SELECT count(*) FROM report_items i
  WHERE i.report_id = r.id);

-- N1 an item counts its reports
SELECT i.id FROM items i
  WHERE i.reports <> (SELECT count(*) FROM report_items r
  WHERE r.item_id = i.id);

-- N1 a report has its event, once
SELECT r.id FROM reports r
  WHERE 1 <> (SELECT count(*) FROM journal_events e
  WHERE e.subject = 'report:' || r.id AND e.action = 'report:take');

-- N2 an item is where its history ends
SELECT i.id FROM items i
  LEFT JOIN item_history h ON h.item_id = i.id AND h.number = i.moves
  WHERE h.to_state IS NULL OR h.to_state <> i.state OR h.at <> i.moved_at;

-- N2 a history has no gaps and begins at its beginning
SELECT item_id FROM item_history
  GROUP BY item_id
  HAVING min(number) <> 1 OR max(number) <> count(*);

-- N2 every step begins where the one before ended, and not before it
SELECT b.item_id FROM item_history b
  JOIN item_history a ON a.item_id = b.item_id AND a.number = b.number - 1
  WHERE b.from_state <> a.to_state OR b.at < a.at;

-- N2 what is judged has a judgement
SELECT id FROM items
  WHERE (state = 'to_assess') <> (judgement IS NULL);

-- N5 every step of an item has its event, once
SELECT i.id FROM items i
  WHERE i.moves - 1 <> (SELECT count(*) FROM journal_events e
  WHERE e.subject = 'item:' || i.id AND e.action IN ('report:item:assess', 'report:item:move'));

-- N3 what is to be noticed waits on a notice, or to be attributed
SELECT i.id FROM items i
  WHERE i.state = 'to_notice'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'item:attribute' AND a.subject = i.id)
  AND NOT EXISTS (SELECT 1 FROM notice_items n
  WHERE n.item_id = i.id AND n.waiting);

-- N3 what is noticed is looked at
SELECT i.id FROM items i
  WHERE i.state = 'noticed'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'item:probe' AND a.subject = i.id);

-- N3 what is noticed has a clock that runs
SELECT i.id FROM items i
  WHERE i.state = 'noticed'
  AND NOT EXISTS (SELECT 1 FROM followup_clocks c
  WHERE c.item_id = i.id AND c.ended_at IS NULL);

-- N3 what is out of reach is watched for its return for thirty days, unless it was shown to be lawful
SELECT i.id FROM items i
  JOIN followup_watches w ON w.item_id = i.id
  WHERE i.state = 'inaccessible'
  AND NOT EXISTS (SELECT 1 FROM notice_disputes d WHERE d.item_id = i.id AND d.upheld)
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'item:probe' AND a.subject = i.id)
  AND NOT EXISTS (SELECT 1 FROM followup_observations o
  WHERE o.item_id = i.id AND o.at > w.confirmed_at);

-- N3 a clock whose next step is to come has it planned
SELECT c.number FROM followup_clocks c
  JOIN items i ON i.id = c.item_id
  WHERE i.state = 'noticed' AND c.ended_at IS NULL AND c.started_at IS NOT NULL AND c.paused_at IS NULL AND (c.disputed_at IS NULL OR c.answered_at IS NOT NULL) AND coalesce(c.last_step, '') <> 'authority'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'clock:step' AND a.subject = c.item_id);

-- N3 an open notice will be sent
SELECT n.id FROM notices n
  WHERE n.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'notice:send' AND a.subject = n.id);

-- N3 a closed notice is being written or is on its way
SELECT n.id FROM notices n
  WHERE n.state = 'closed'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'notice:send' AND a.subject = n.id)
  AND NOT EXISTS (SELECT 1 FROM notice_deliveries d
  WHERE d.notice_id = n.id AND d.state = 'waiting');

-- N3 a message that waits is tried
SELECT d.id FROM notice_deliveries d
  WHERE d.state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'delivery:attempt' AND a.subject = d.id);

-- N3 a referral that waits is tried
SELECT r.id FROM police_referrals r
  WHERE r.state = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM agenda a
  WHERE a.kind = 'referral:send' AND a.subject = r.id);

-- N3 a sent notice has a clock for every item on it
SELECT n.id, i.item_id FROM notices n
  JOIN notice_items i ON i.notice_id = n.id AND i.dropped_at IS NULL
  WHERE n.state = 'sent' AND n.kind = 'first'
  AND NOT EXISTS (SELECT 1 FROM followup_clocks c
  WHERE c.item_id = i.item_id AND c.notice_id = n.id);

-- N4 a notice was taken from one message alone
SELECT notice_id FROM notice_deliveries
  WHERE state IN ('sent', 'delivered')
  GROUP BY notice_id
  HAVING count(*) > 1;

-- N4 a sent notice was taken
SELECT n.id FROM notices n
  WHERE n.state = 'sent'
  AND NOT EXISTS (SELECT 1 FROM notice_deliveries d
  WHERE d.notice_id = n.id AND d.state IN ('sent', 'delivered', 'returned'));

-- N4 a hoster is told of an item by one notice at a time
SELECT a.item_id FROM notice_items a
  JOIN notice_items b ON b.item_id = a.item_id AND b.hoster_id = a.hoster_id AND b.kind = a.kind AND b.number > a.number
  WHERE a.waiting AND b.waiting;

-- N4 a step of a clock is taken once, and in order
SELECT b.item_id FROM followup_steps a
  JOIN followup_steps b ON a.item_id = b.item_id AND a.notice_id = b.notice_id
  WHERE a.step = 'notice_again' AND b.step IN ('police', 'authority') AND b.taken_at < a.taken_at;

-- N3 a record lies before the authority for every step that says so
SELECT s.item_id FROM followup_steps s
  WHERE s.step = 'authority'
  AND NOT EXISTS (SELECT 1 FROM authority_records r
  WHERE r.item_id = s.item_id AND r.notice_id = s.notice_id);

-- N3 the police were told for every step that says so
SELECT s.item_id FROM followup_steps s
  WHERE s.step = 'police'
  AND NOT EXISTS (SELECT 1 FROM police_referral_items r
  WHERE r.item_id = s.item_id);

-- no task keeps failing
SELECT kind, subject, fault FROM agenda
  WHERE fault IS NOT NULL;
