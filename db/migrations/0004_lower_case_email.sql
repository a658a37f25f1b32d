-- Better Auth looks for a password under the id of its owner; some import scripts write the address there. One that
-- stands alone is its owner's, whatever it is called.
UPDATE "account" SET "account_id" = "user_id" WHERE "provider_id" = 'credential' AND "account_id" <> "user_id"
	AND NOT EXISTS (SELECT FROM "account" AS other WHERE other."id" <> "account"."id" AND other."provider_id" = 'credential' AND "account"."user_id" IN (other."user_id", other."account_id"));
--> statement-breakpoint
-- What Better Auth never leaves empty must be filled in from now on, where no row is in the way.
DO $$
DECLARE
	wanted record;
	is_empty boolean;
BEGIN
	FOR wanted IN
		SELECT attrelid::regclass AS in_table, attname FROM pg_attribute
		WHERE attrelid IN ('"user"'::regclass, '"session"'::regclass, '"account"'::regclass, '"verification"'::regclass) AND attnum > 0 AND NOT attisdropped AND NOT attnotnull
			AND (attrelid::regclass::text || '.' || attname) IN ('"user".name', '"user".email', '"user".email_verified', '"user".created_at', '"user".updated_at',
				'session.expires_at', 'session.token', 'session.created_at', 'session.updated_at', 'session.user_id',
				'account.account_id', 'account.provider_id', 'account.user_id', 'account.created_at', 'account.updated_at',
				'verification.identifier', 'verification.value', 'verification.expires_at', 'verification.created_at', 'verification.updated_at')
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I IS NULL)', wanted.in_table, wanted.attname) INTO is_empty;
		IF NOT is_empty THEN
			EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', wanted.in_table, wanted.attname);
		END IF;
	END LOOP;
END $$;
--> statement-breakpoint
-- An address typed with SQL in capitals would lock its owner out: sign-in looks for the lower case, that of ASCII in any locale.
UPDATE "user" SET "email" = lower("email" COLLATE "C") WHERE "email" COLLATE "C" <> lower("email" COLLATE "C");
--> statement-breakpoint
ALTER TABLE "user" ADD CONSTRAINT "user_email_lower_case" CHECK ("email" collate "C" = lower("email" collate "C"));
