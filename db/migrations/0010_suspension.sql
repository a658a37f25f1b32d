CREATE TABLE "gatehouse"."blocked_column" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"ends" text
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."role" (
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"by" text DEFAULT session_user NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "role_user_id_role_pk" PRIMARY KEY("user_id","role")
);
--> statement-breakpoint
CREATE TABLE "gatehouse"."suspension" (
	"user_id" text PRIMARY KEY NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"by" text DEFAULT session_user NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "gatehouse"."event" ADD COLUMN "actor" text;--> statement-breakpoint
ALTER TABLE "gatehouse"."event" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "gatehouse"."role" ADD CONSTRAINT "role_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gatehouse"."suspension" ADD CONSTRAINT "suspension_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "suspension_until_idx" ON "gatehouse"."suspension" USING btree ("until");--> statement-breakpoint
ALTER TABLE "gatehouse"."role" ADD CONSTRAINT "role_known" CHECK ("role" IN ('admin', 'support'));
--> statement-breakpoint
-- Whoever is suspended is signed out by the row itself, whoever wrote it. The lock makes a sign-in that is being
-- completed decide first: it either sees the row, or its session is deleted here.
CREATE FUNCTION "gatehouse"."end_suspended"() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF NEW.until IS NULL OR NEW.until > now() THEN
		PERFORM 1 FROM public."user" WHERE id = NEW.user_id FOR NO KEY UPDATE;
		DELETE FROM public.session WHERE user_id = NEW.user_id;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_suspended" AFTER INSERT OR UPDATE ON "gatehouse"."suspension" FOR EACH ROW EXECUTE FUNCTION "gatehouse"."end_suspended"();
--> statement-breakpoint
-- Whether a row of "user" keeps its person out, by the columns of an existing app that "blocked_column" names.
CREATE FUNCTION "gatehouse"."is_blocked"(person jsonb) RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS $$
	SELECT EXISTS (
		SELECT FROM gatehouse.blocked_column AS blocked
		CROSS JOIN LATERAL (SELECT lower(coalesce(person ->> blocked.name, '')) AS value, nullif(person ->> blocked.ends, '')::timestamptz AS lifted) AS given
		WHERE CASE blocked.kind
			WHEN 'set' THEN value NOT IN ('', 'f', 'false', '0', 'no', 'n', 'off', 'none', 'never', 'null', '{}', '[]') AND coalesce(lifted > now(), true)
			WHEN 'unset' THEN value IN ('', 'f', 'false', '0', 'no', 'n', 'off', 'none', 'never', 'null', '{}', '[]')
			WHEN 'until' THEN value <> '' AND value::timestamptz > now()
			ELSE true
		END
	)
$$;
--> statement-breakpoint
CREATE FUNCTION "gatehouse"."end_blocked"() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
	IF EXISTS (SELECT FROM gatehouse.blocked_column) THEN
		DELETE FROM public.session WHERE user_id IN (SELECT id FROM changed WHERE gatehouse.is_blocked(to_jsonb(changed)));
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_blocked" AFTER UPDATE ON "user" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."end_blocked"();
--> statement-breakpoint
-- What a user may do for others is part of what every replica remembers of them.
CREATE FUNCTION "gatehouse"."tell_roles"() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	ids json;
	number integer;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('gatehouse_changes', '*');
		RETURN NULL;
	END IF;
	SELECT json_agg(user_id), count(*) INTO ids, number FROM (SELECT DISTINCT user_id FROM changed LIMIT 201) AS few;
	IF number > 200 OR octet_length(ids::text) > 7000 THEN
		PERFORM pg_notify('gatehouse_changes', '*');
	ELSIF number > 0 THEN
		PERFORM pg_notify('gatehouse_changes', ids::text);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_insert" AFTER INSERT ON "gatehouse"."role" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_roles"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_update" AFTER UPDATE ON "gatehouse"."role" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_roles"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_delete" AFTER DELETE ON "gatehouse"."role" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_roles"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_truncate" AFTER TRUNCATE ON "gatehouse"."role" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_roles"();
--> statement-breakpoint
-- Fire under every session_replication_role, which may pass ordinary triggers by.
ALTER TABLE "gatehouse"."suspension" ENABLE ALWAYS TRIGGER "gatehouse_suspended";
--> statement-breakpoint
ALTER TABLE "user" ENABLE ALWAYS TRIGGER "gatehouse_blocked";
--> statement-breakpoint
ALTER TABLE "gatehouse"."role" ENABLE ALWAYS TRIGGER "gatehouse_insert", ENABLE ALWAYS TRIGGER "gatehouse_update", ENABLE ALWAYS TRIGGER "gatehouse_delete", ENABLE ALWAYS TRIGGER "gatehouse_truncate";
