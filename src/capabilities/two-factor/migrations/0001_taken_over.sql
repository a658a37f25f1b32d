CREATE TABLE "gatehouse"."factor_taken_over" (
	"user_id" text PRIMARY KEY NOT NULL,
	"taken_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."factor_taken_over" ADD CONSTRAINT "factor_taken_over_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade;
