-- What happened stays as it was noted, whoever asks for something else by SQL. Rows go by housekeeping, which is known
-- by its advisory lock (1801807216), and with their user. One change is let through: of an equal sign-in or proof in
-- the same hour no row is added; the time of the first one moves on, to the present and while nothing has come after it.
CREATE FUNCTION "gatehouse"."keep_event"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	moved gatehouse.event := OLD;
BEGIN
	moved.at := now();
	IF NEW IS DISTINCT FROM moved OR OLD.kind NOT IN ('sign_in', 'proved') OR OLD.outcome <> 'done'
		OR date_trunc('hour', OLD.at) <> date_trunc('hour', NEW.at)
		OR EXISTS (SELECT FROM gatehouse.event AS later WHERE later.user_id = OLD.user_id AND later.id > OLD.id)
	THEN
		RAISE EXCEPTION 'gatehouse.event is only added to: no row of it is changed.';
	END IF;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_kept" BEFORE UPDATE ON "gatehouse"."event" FOR EACH ROW EXECUTE FUNCTION "gatehouse"."keep_event"();
--> statement-breakpoint
CREATE FUNCTION "gatehouse"."keep_events"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		-- A limit keeps it from being joined in another way: however many people there are, each is looked up.
		IF NOT EXISTS (SELECT FROM (SELECT DISTINCT user_id FROM gone) AS theirs WHERE theirs.user_id IS NULL OR (SELECT true FROM public."user" AS person WHERE person.id = theirs.user_id LIMIT 1))
			OR EXISTS (SELECT FROM pg_catalog.pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND classid = 0 AND objid = 1801807216 AND granted)
		THEN
			RETURN NULL;
		END IF;
	END IF;
	RAISE EXCEPTION 'gatehouse.event is only added to: its rows go after GATEHOUSE_EVENTS_DAYS, or with their user.';
END $$;
--> statement-breakpoint
CREATE TRIGGER "gatehouse_kept_deleted" AFTER DELETE ON "gatehouse"."event" REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."keep_events"();
--> statement-breakpoint
CREATE TRIGGER "gatehouse_kept_truncated" BEFORE TRUNCATE ON "gatehouse"."event" FOR EACH STATEMENT EXECUTE FUNCTION "gatehouse"."keep_events"();
