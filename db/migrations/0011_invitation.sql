CREATE TABLE "gatehouse"."invitation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"language" text NOT NULL,
	"hash" text,
	"by" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"user_id" text,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitation_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."invitation" ADD CONSTRAINT "invitation_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_waiting_key" ON "gatehouse"."invitation" USING btree ("email") WHERE accepted_at is null and revoked_at is null;--> statement-breakpoint
CREATE INDEX "invitation_expires_at_idx" ON "gatehouse"."invitation" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "invitation_user_id_idx" ON "gatehouse"."invitation" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "invitation_created_at_id_idx" ON "gatehouse"."invitation" USING btree ("created_at","id");