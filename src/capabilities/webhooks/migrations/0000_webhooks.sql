CREATE TABLE "gatehouse"."webhook_endpoint" (
	"origin" text PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- "about" is a user's id without a foreign key: that somebody was deleted is told once they are gone.
CREATE TABLE "gatehouse"."webhook" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"type" text NOT NULL,
	"about" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"try_at" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text,
	"given_up_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "webhook_try_at_idx" ON "gatehouse"."webhook" USING btree ("try_at") WHERE "given_up_at" IS NULL;
--> statement-breakpoint
CREATE INDEX "webhook_created_at_idx" ON "gatehouse"."webhook" USING btree ("created_at");
--> statement-breakpoint
-- The functions write in the transaction of what they tell of, with the rights of their owner: whoever may write to
-- "user" need not know of webhooks. Without an endpoint they write nothing.
CREATE FUNCTION "gatehouse"."webhook_of_users"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM gatehouse.webhook_endpoint) THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'INSERT' THEN
		INSERT INTO gatehouse.webhook (type, about) SELECT 'user.created', id FROM added;
		INSERT INTO gatehouse.webhook (type, about) SELECT 'user.confirmed', id FROM added WHERE email_verified;
	ELSIF TG_OP = 'DELETE' THEN
		INSERT INTO gatehouse.webhook (type, about) SELECT 'user.deleted', id FROM gone;
	ELSE
		INSERT INTO gatehouse.webhook (type, about)
		SELECT told.type, after.id FROM after JOIN before ON before.id = after.id CROSS JOIN LATERAL (VALUES
			('user.email_changed', after.email <> before.email),
			('user.confirmed', after.email_verified AND NOT before.email_verified),
			('user.suspended', gatehouse.is_blocked(to_jsonb(after)) AND NOT gatehouse.is_blocked(to_jsonb(before)))
		) AS told (type, is_so) WHERE told.is_so;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook_insert" AFTER INSERT ON "user" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."webhook_of_users"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook_update" AFTER UPDATE ON "user" REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."webhook_of_users"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook_delete" AFTER DELETE ON "user" REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."webhook_of_users"();
--> statement-breakpoint
CREATE FUNCTION "gatehouse"."webhook_of_suspensions"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF (NEW.until IS NULL OR NEW.until > now()) AND (TG_OP = 'INSERT' OR OLD.until <= now()) THEN
		INSERT INTO gatehouse.webhook (type, about) SELECT 'user.suspended', NEW.user_id WHERE EXISTS (SELECT FROM gatehouse.webhook_endpoint);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook" AFTER INSERT OR UPDATE ON "gatehouse"."suspension" FOR EACH ROW EXECUTE FUNCTION "gatehouse"."webhook_of_suspensions"();
--> statement-breakpoint
-- Tells of users who are left without a session, or with the one in use, by a statement that ended theirs before their
-- time. A statement says by "gatehouse.sessions_ended" what it means, for itself alone: `one` ended a single one, which
-- is nothing to tell; `others` ended all but the one in use.
CREATE FUNCTION "gatehouse"."webhook_of_sessions"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	meant text := coalesce(current_setting('gatehouse.sessions_ended', true), '');
BEGIN
	IF meant <> '' THEN
		PERFORM set_config('gatehouse.sessions_ended', '', true);
	END IF;
	IF meant = 'one' OR NOT EXISTS (SELECT FROM gatehouse.webhook_endpoint) THEN
		RETURN NULL;
	END IF;
	IF TG_OP = 'TRUNCATE' THEN
		INSERT INTO gatehouse.webhook (type, about) SELECT DISTINCT 'session.ended_all', user_id FROM public.session WHERE expires_at > now();
	ELSE
		INSERT INTO gatehouse.webhook (type, about)
		SELECT 'session.ended_all', user_id FROM (SELECT DISTINCT user_id FROM ended WHERE expires_at > now()) AS theirs
		WHERE EXISTS (SELECT FROM public."user" WHERE id = theirs.user_id)
			AND (meant = 'others' OR NOT EXISTS (SELECT FROM public.session AS other WHERE other.user_id = theirs.user_id AND other.expires_at > now()));
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook_delete" AFTER DELETE ON "session" REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."webhook_of_sessions"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_webhook_truncate" BEFORE TRUNCATE ON "session" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."webhook_of_sessions"();
--> statement-breakpoint
-- Fire under every session_replication_role, which may pass ordinary triggers by.
ALTER TABLE "user" ENABLE ALWAYS TRIGGER "gatehouse_webhook_insert", ENABLE ALWAYS TRIGGER "gatehouse_webhook_update", ENABLE ALWAYS TRIGGER "gatehouse_webhook_delete";
--> statement-breakpoint
ALTER TABLE "gatehouse"."suspension" ENABLE ALWAYS TRIGGER "gatehouse_webhook";
--> statement-breakpoint
ALTER TABLE "session" ENABLE ALWAYS TRIGGER "gatehouse_webhook_delete", ENABLE ALWAYS TRIGGER "gatehouse_webhook_truncate";
