-- Every statement leaves alone what is there already: the four tables may be those of an existing Better Auth app.
CREATE TABLE IF NOT EXISTS "account" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- What a timestamp without a zone means: Better Auth writes UTC, whatever the zone of the database.
DO $$
DECLARE
	change record;
BEGIN
	FOR change IN
		SELECT table_name, string_agg(format('ALTER COLUMN %1$I TYPE timestamp with time zone USING %1$I AT TIME ZONE ''UTC''', column_name), ', ') AS actions
		FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name IN ('account', 'session', 'user', 'verification')
			AND column_name IN ('created_at', 'updated_at', 'expires_at', 'access_token_expires_at', 'refresh_token_expires_at')
			AND data_type = 'timestamp without time zone'
		GROUP BY table_name
	LOOP
		EXECUTE format('ALTER TABLE %I %s', change.table_name, change.actions); -- all at once: a table is rewritten once
	END LOOP;
END $$;
--> statement-breakpoint
-- Addresses are compared in lower case, which for them is that of ASCII in any locale.
UPDATE "user" SET "email" = lower("email" COLLATE "C") WHERE "email" COLLATE "C" <> lower("email" COLLATE "C");--> statement-breakpoint
DO $$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN SELECT * FROM (VALUES ('user', 'email'), ('session', 'token')) AS pair(in_table, of_column) LOOP
		IF NOT EXISTS (
			SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
			WHERE indrelid = format('%I', wanted.in_table)::regclass AND attname = wanted.of_column
				AND indisunique AND indisvalid AND indimmediate AND indnkeyatts = 1 AND indpred IS NULL
		) THEN
			EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (%I)', wanted.in_table, concat_ws('_', wanted.in_table, wanted.of_column, 'unique'), wanted.of_column);
		END IF;
	END LOOP;
END $$;
--> statement-breakpoint
DO $$
DECLARE
	owned text;
BEGIN
	FOREACH owned IN ARRAY ARRAY['account', 'session'] LOOP
		IF NOT EXISTS (
			SELECT FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
			WHERE contype = 'f' AND conrelid = format('%I', owned)::regclass AND confrelid = '"user"'::regclass
				AND cardinality(conkey) = 1 AND attname = 'user_id'
		) THEN
			EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade', owned, owned || '_user_id_user_id_fk');
		END IF;
	END LOOP;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "account_user_id_idx" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "account_provider_id_account_id_key" ON "account" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "session_user_id_idx" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "session_expires_at_idx" ON "session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "verification_identifier_idx" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "verification_expires_at_idx" ON "verification" USING btree ("expires_at");