CREATE TABLE "gatehouse"."session_length" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"longest_seconds" integer NOT NULL,
	"walked_to" text,
	"again_at" timestamp with time zone
);
