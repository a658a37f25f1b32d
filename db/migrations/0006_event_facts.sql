ALTER TABLE "gatehouse"."event" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "gatehouse"."event" ADD COLUMN "subject" text;