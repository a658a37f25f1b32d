CREATE TABLE "gatehouse"."authenticator_app" (
	"user_id" text PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"last_step" bigint DEFAULT 0 NOT NULL,
	"recovery_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."recovery_code" (
	"user_id" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "recovery_code_user_id_hash_pk" PRIMARY KEY("user_id","hash")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."second_step" (
	"hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"methods" text NOT NULL,
	"remember" boolean NOT NULL,
	"password_mark" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."trusted_browser" (
	"user_id" text NOT NULL,
	"device_hash" text NOT NULL,
	"password_mark" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "trusted_browser_user_id_device_hash_pk" PRIMARY KEY("user_id","device_hash")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."factor_loss" (
	"user_id" text PRIMARY KEY NOT NULL,
	"language" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."authenticator_app" ADD CONSTRAINT "authenticator_app_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
ALTER TABLE "gatehouse"."recovery_code" ADD CONSTRAINT "recovery_code_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
ALTER TABLE "gatehouse"."second_step" ADD CONSTRAINT "second_step_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
-- A browser that is forgotten is trusted no more: whatever forgets devices ends their trust.
ALTER TABLE "gatehouse"."trusted_browser" ADD CONSTRAINT "trusted_browser_device_fk" FOREIGN KEY ("user_id","device_hash") REFERENCES "gatehouse"."device"("user_id","hash") ON DELETE cascade;--> statement-breakpoint
ALTER TABLE "gatehouse"."factor_loss" ADD CONSTRAINT "factor_loss_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
CREATE INDEX "second_step_user_id_idx" ON "gatehouse"."second_step" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "second_step_expires_at_idx" ON "gatehouse"."second_step" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "factor_loss_due_at_idx" ON "gatehouse"."factor_loss" USING btree ("due_at");
