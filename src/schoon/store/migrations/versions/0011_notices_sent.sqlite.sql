CREATE INDEX ix_notices_all_sent_at ON notices (sent_at)
