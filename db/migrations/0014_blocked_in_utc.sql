-- A time without a zone is UTC, as Better Auth writes it: in the zone of the server a ban would end hours too soon.
ALTER FUNCTION "gatehouse"."is_blocked"(jsonb) SET timezone = 'UTC';
