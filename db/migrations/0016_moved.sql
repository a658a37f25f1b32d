-- Whom a row of these two is moved to is told of too: what they have is remembered of a user or a session that is known
-- already. Of whom it was taken from "gatehouse_update" tells.
CREATE TRIGGER "gatehouse_moved" AFTER UPDATE ON "gatehouse"."session_factor" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_moved" AFTER UPDATE ON "gatehouse"."role" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_roles"();
--> statement-breakpoint
ALTER TABLE "gatehouse"."session_factor" ENABLE ALWAYS TRIGGER "gatehouse_moved";
--> statement-breakpoint
ALTER TABLE "gatehouse"."role" ENABLE ALWAYS TRIGGER "gatehouse_moved";
