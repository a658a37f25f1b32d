CREATE TABLE "gatehouse"."given_up_mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"recipient" text NOT NULL,
	"language" text NOT NULL,
	"user_id" text,
	"facts" jsonb NOT NULL,
	"tries" integer NOT NULL,
	"tokens_made_at" timestamp with time zone,
	"reply" integer,
	"given_up_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."given_up_mail" ADD CONSTRAINT "given_up_mail_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "given_up_mail_given_up_at_idx" ON "gatehouse"."given_up_mail" USING btree ("given_up_at");--> statement-breakpoint
CREATE INDEX "given_up_mail_user_id_idx" ON "gatehouse"."given_up_mail" USING btree ("user_id");