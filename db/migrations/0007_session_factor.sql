CREATE TABLE "gatehouse"."session_factor" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"factors" integer NOT NULL,
	"methods" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."session_factor" ADD CONSTRAINT "session_factor_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "session_factor_user_id_idx" ON "gatehouse"."session_factor" USING btree ("user_id");--> statement-breakpoint
-- As for the session itself: whoever keeps one in memory hears that what was proved for it is another, and forgets it.
CREATE TRIGGER "gatehouse_insert" AFTER INSERT ON "gatehouse"."session_factor" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_update" AFTER UPDATE ON "gatehouse"."session_factor" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_delete" AFTER DELETE ON "gatehouse"."session_factor" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_truncate" AFTER TRUNCATE ON "gatehouse"."session_factor" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
ALTER TABLE "gatehouse"."session_factor" ENABLE ALWAYS TRIGGER "gatehouse_insert", ENABLE ALWAYS TRIGGER "gatehouse_update", ENABLE ALWAYS TRIGGER "gatehouse_delete", ENABLE ALWAYS TRIGGER "gatehouse_truncate";
