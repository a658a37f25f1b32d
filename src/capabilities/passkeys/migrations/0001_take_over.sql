DO $$
DECLARE
	found record;
BEGIN
	IF to_regclass('public.passkey') IS NULL THEN
		RETURN;
	END IF;
	SELECT
		max(column_name) FILTER (WHERE column_name IN ('credential_id', 'credentialID', 'credential_i_d')) AS credential,
		max(column_name) FILTER (WHERE column_name IN ('public_key', 'publicKey')) AS public_key,
		max(column_name) FILTER (WHERE column_name IN ('user_id', 'userId')) AS owner,
		max(column_name) FILTER (WHERE column_name IN ('backed_up', 'backedUp')) AS backed_up,
		max(column_name) FILTER (WHERE column_name IN ('created_at', 'createdAt')) AS created_at,
		max(column_name) FILTER (WHERE column_name = 'aaguid') AS aaguid
	INTO found FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'passkey';
	IF found.credential IS NULL OR found.public_key IS NULL OR found.owner IS NULL THEN
		RETURN; -- a table of that name that is not Better Auth's
	END IF;
	EXECUTE format(
		$insert$
			INSERT INTO gatehouse.passkey
				(user_id, credential_id, public_key, counter, name, aaguid, transports, is_backed_up, created_at)
			SELECT "user".id, rtrim(translate(p.%I, '+/', '-_'), '='), p.%I, greatest(coalesce(p.counter, 0), 0)::bigint,
				left(coalesce(nullif(btrim(p.name), ''), 'Passkey'), 60), %s,
				CASE WHEN p.transports ~ '^[a-z,-]*$' THEN p.transports ELSE '' END, coalesce(p.%I, false),
				coalesce(%s, now())
			FROM public.passkey p JOIN public."user" ON "user".id = p.%I::text
			ON CONFLICT DO NOTHING
		$insert$,
		found.credential, found.public_key, CASE WHEN found.aaguid IS NULL THEN 'NULL' ELSE 'p.aaguid' END,
		found.backed_up, CASE WHEN found.created_at IS NULL THEN 'NULL' ELSE format('p.%I', found.created_at) END,
		found.owner
	);
END $$;
