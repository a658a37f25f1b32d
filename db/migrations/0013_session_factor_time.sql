-- Of sessions from before it is not known: whoever has one proves two factors again before what needs them.
ALTER TABLE "gatehouse"."session_factor" ADD COLUMN "proved_at" timestamp with time zone DEFAULT '-infinity' NOT NULL;--> statement-breakpoint
ALTER TABLE "gatehouse"."session_factor" ALTER COLUMN "proved_at" SET DEFAULT now();
