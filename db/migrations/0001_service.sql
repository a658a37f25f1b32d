CREATE TABLE "gatehouse"."deletion" (
	"user_id" text PRIMARY KEY NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."device" (
	"user_id" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "device_user_id_hash_pk" PRIMARY KEY("user_id","hash")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gatehouse"."event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"outcome" text NOT NULL,
	"user_id" text,
	"client_address" text,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."mail_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" text NOT NULL,
	"email" text NOT NULL,
	"other_email" text,
	"code_hash" text,
	"code_tries" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"recipient" text NOT NULL,
	"language" text NOT NULL,
	"user_id" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tokens_made_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."throttle" (
	"key" text PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"open_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"turned_away" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."deletion" ADD CONSTRAINT "deletion_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gatehouse"."device" ADD CONSTRAINT "device_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gatehouse"."event" ADD CONSTRAINT "event_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gatehouse"."mail_token" ADD CONSTRAINT "mail_token_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gatehouse"."outbox" ADD CONSTRAINT "outbox_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deletion_due_at_idx" ON "gatehouse"."deletion" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "device_last_seen_at_idx" ON "gatehouse"."device" USING btree ("last_seen_at");--> statement-breakpoint
CREATE INDEX "event_user_id_id_idx" ON "gatehouse"."event" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "event_at_idx" ON "gatehouse"."event" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_token_one_live_key" ON "gatehouse"."mail_token" USING btree ("user_id","purpose") WHERE purpose in ('verify', 'reset', 'confirm_email');--> statement-breakpoint
CREATE INDEX "mail_token_user_id_idx" ON "gatehouse"."mail_token" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "mail_token_expires_at_idx" ON "gatehouse"."mail_token" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "outbox_try_at_idx" ON "gatehouse"."outbox" USING btree ("try_at");--> statement-breakpoint
CREATE INDEX "outbox_user_id_idx" ON "gatehouse"."outbox" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "throttle_changed_at_idx" ON "gatehouse"."throttle" USING btree ("changed_at");