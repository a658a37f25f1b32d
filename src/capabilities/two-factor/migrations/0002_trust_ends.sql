-- By which housekeeping finds the browsers whose trust is over.
CREATE INDEX IF NOT EXISTS "trusted_browser_until_idx" ON "gatehouse"."trusted_browser" USING btree ("until");
