-- A person's page shows the mails that wait for them and those that were given up, by their id or by their address,
-- however many wait for others.
CREATE INDEX "outbox_recipient_idx" ON "gatehouse"."outbox" USING btree ("recipient");
--> statement-breakpoint
CREATE INDEX "given_up_mail_recipient_idx" ON "gatehouse"."given_up_mail" USING btree ("recipient");
--> statement-breakpoint
-- What seldom happens is found among a million sign-ins.
CREATE INDEX "event_kind_id_idx" ON "gatehouse"."event" USING btree ("kind","id");
