CREATE TABLE "gatehouse"."passkey" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" text NOT NULL,
	"counter" bigint NOT NULL,
	"rp_id" text,
	"name" text NOT NULL,
	"aaguid" text,
	"transports" text DEFAULT '' NOT NULL,
	"is_backed_up" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "passkey_credential_id_unique" UNIQUE("credential_id")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."passkey_user" (
	"user_id" text PRIMARY KEY NOT NULL,
	"handle" text NOT NULL,
	CONSTRAINT "passkey_user_handle_unique" UNIQUE("handle")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."passkey_answered" (
	"challenge" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."passkey_offer" (
	"user_id" text PRIMARY KEY NOT NULL,
	"again_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."passkey" ADD CONSTRAINT "passkey_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
ALTER TABLE "gatehouse"."passkey_user" ADD CONSTRAINT "passkey_user_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
ALTER TABLE "gatehouse"."passkey_offer" ADD CONSTRAINT "passkey_offer_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;--> statement-breakpoint
CREATE INDEX "passkey_user_id_idx" ON "gatehouse"."passkey" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkey_answered_expires_at_idx" ON "gatehouse"."passkey_answered" USING btree ("expires_at");
