CREATE INDEX ix_journal_events_actor ON journal_events (actor, id)
