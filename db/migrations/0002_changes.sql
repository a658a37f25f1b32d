-- Tells every listening replica, after commit, which sessions and users changed, whoever changed them. The payload on
-- the channel `gatehouse_changes` is a JSON array of ids, or `*` for "too many to name". A session that is over needs no
-- word: whoever keeps one checks its expiry each time; five minutes allow for clocks that differ.
CREATE FUNCTION "gatehouse"."tell_changes"() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
	ids json;
	number integer;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('gatehouse_changes', '*');
		RETURN NULL;
	END IF;
	IF TG_TABLE_NAME = 'session' THEN
		SELECT json_agg(id), count(*) INTO ids, number FROM (SELECT id FROM changed WHERE expires_at > now() - interval '5 minutes' LIMIT 201) AS few;
	ELSE
		SELECT json_agg(id), count(*) INTO ids, number FROM (SELECT id FROM changed LIMIT 201) AS few;
	END IF;
	IF number > 200 OR octet_length(ids::text) > 7000 THEN
		PERFORM pg_notify('gatehouse_changes', '*');
	ELSIF number > 0 THEN
		PERFORM pg_notify('gatehouse_changes', ids::text);
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_update" AFTER UPDATE ON "session" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_delete" AFTER DELETE ON "session" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_truncate" AFTER TRUNCATE ON "session" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_update" AFTER UPDATE ON "user" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_delete" AFTER DELETE ON "user" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_truncate" AFTER TRUNCATE ON "user" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."tell_changes"();
--> statement-breakpoint
-- Fire under every session_replication_role, which may pass ordinary triggers by.
ALTER TABLE "session" ENABLE ALWAYS TRIGGER "gatehouse_update", ENABLE ALWAYS TRIGGER "gatehouse_delete", ENABLE ALWAYS TRIGGER "gatehouse_truncate";
--> statement-breakpoint
ALTER TABLE "user" ENABLE ALWAYS TRIGGER "gatehouse_update", ENABLE ALWAYS TRIGGER "gatehouse_delete", ENABLE ALWAYS TRIGGER "gatehouse_truncate";
