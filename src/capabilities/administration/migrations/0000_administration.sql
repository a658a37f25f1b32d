-- People are listed by when they came, and found by how their address or their name begins, among a million. The order
-- of bytes serves a range that is a prefix in every locale, with no sign in it that means another.
CREATE INDEX "gatehouse_user_created_at_idx" ON "user" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "gatehouse_user_unconfirmed_idx" ON "user" USING btree ("created_at","id") WHERE NOT "email_verified";
--> statement-breakpoint
CREATE INDEX "gatehouse_user_email_idx" ON "user" USING btree ("email" COLLATE "C","id");
--> statement-breakpoint
CREATE INDEX "gatehouse_user_name_idx" ON "user" USING btree (lower("name") COLLATE "C","id");
--> statement-breakpoint
-- Who came from an address, and from which network an account was tried.
CREATE INDEX "event_client_address_idx" ON "gatehouse"."event" USING btree ("client_address","id");
