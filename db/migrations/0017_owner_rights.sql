-- With the rights of their owner, as what writes webhooks: whoever may write to "user", as the app that had the database
-- before, or to "suspension", need not be let into anything else.
ALTER FUNCTION "gatehouse"."end_blocked"() SECURITY DEFINER;
--> statement-breakpoint
ALTER FUNCTION "gatehouse"."end_suspended"() SECURITY DEFINER;
