import { fourTables, type ObjectCheck } from "./problem";

/**
 * The indexes that the migrations add where no index of that name is there: table, columns, and whether each value may
 * be there only once.
 */
const ourIndexes = `(values
    ('session_user_id_idx', 'session', '{user_id}', false),
    ('session_expires_at_idx', 'session', '{expires_at}', false),
    ('account_user_id_idx', 'account', '{user_id}', false),
    ('account_provider_id_account_id_key', 'account', '{provider_id,account_id}', true),
    ('verification_identifier_idx', 'verification', '{identifier}', false),
    ('verification_expires_at_idx', 'verification', '{expires_at}', false),
    ('user_email_unique', 'user', '{email}', true),
    ('session_token_unique', 'session', '{token}', true)
  ) as ours (name, in_table, columns, once)`;

/** The columns of an index, by name; an empty array where the index is on an expression. */
const columnsOfIndex = `array(
    select attname::text from unnest(indkey::int2[]) with ordinality as key (number, place)
      join pg_attribute on attrelid = indrelid and attnum = key.number
    where place <= indnkeyatts order by place)`;

/** An index that a look-up or an `on conflict` can use at any time. */
const isWhole = "indisvalid and indisready and indimmediate and indpred is null and not 0 = any (indkey::int2[])";

/**
 * Foreign keys that lead to a person, directly or through what is deleted with them, and would keep the person's row.
 */
const blockers = `with recursive gone (oid) as (
    select to_regclass('public."user"')::oid
    union select to_regclass('public.session')::oid
    union select to_regclass('public.account')::oid
    union select conrelid from pg_constraint join gone on confrelid = gone.oid
      where contype = 'f' and confdeltype = 'c')
  select format('%s of %s', quote_ident(conname), conrelid::regclass) as name,
    conrelid, conname, conkey, confrelid, pg_get_constraintdef(con.oid) as definition
  from pg_constraint con join gone on confrelid = gone.oid
  where contype = 'f' and conparentid = 0 and (confdeltype in ('a', 'r') or (confdeltype = 'n' and exists (
    select from pg_attribute where attrelid = conrelid and attnum = any (conkey) and attnotnull)))`;

const onDelete = " ON DELETE (CASCADE|RESTRICT|NO ACTION|SET NULL|SET DEFAULT)( \\([^)]*\\))?";
/** The definition of a foreign key, with `on delete cascade` in place of what it says of deleting. */
const cascading = `regexp_replace(
    regexp_replace(definition, '${onDelete}', ''), '( DEFERRABLE.*| NOT VALID)?$', ' on delete cascade')`;

/** What hangs on the four tables and would make an answer wrong, or a write fail, later. */
export const objectChecks: ObjectCheck[] = [
  {
    query: `select name,
              format('alter table %s drop constraint %I, add constraint %2$I %s;',
                conrelid::regclass, conname, ${cascading}) as mend
            from (${blockers}) as blocker`,
    what: [
      "foreign key would keep an account from being deleted",
      "foreign keys would keep an account from being deleted",
    ],
    remedy: "Let the rows go with the account, or say `on delete set null` where they may stay",
  },
  {
    query: `select format('%s', oid::regclass) as name,
              format('alter table %s add primary key (id);', oid::regclass) as mend
            from pg_class
            where oid in ${fourTables} and not exists (
              select from pg_index
              where indrelid = pg_class.oid and indisunique and ${isWhole} and ${columnsOfIndex} = '{id}')`,
    what: ["table has no primary key on id", "tables have no primary key on id"],
    remedy: "Add it",
  },
  {
    query: `select format('%s of %s', quote_ident(conname), conrelid::regclass) as name,
              format('alter table %s drop constraint %I, add constraint %2$I %s;', conrelid::regclass, conname,
                replace(replace(pg_get_constraintdef(oid), ' DEFERRABLE', ''), ' INITIALLY DEFERRED', '')) as mend
            from pg_constraint where conrelid in ${fourTables} and contype in ('u', 'p') and condeferrable`,
    what: ["constraint is looked at too late (deferrable)", "constraints are looked at too late (deferrable)"],
    remedy: "Make them immediate",
  },
  {
    query: `select quote_ident(name) || ' on ' || indrelid::regclass as name
            from ${ourIndexes}
              join pg_class index on index.relname = ours.name and relnamespace = to_regnamespace('public')
              join pg_index on indexrelid = index.oid
            where not (indrelid = to_regclass('public.' || quote_ident(in_table)) and ${isWhole}
              and ${columnsOfIndex} = columns::text[] and (indisunique or not once))
            union all select quote_ident(name)
            from ${ourIndexes}
              join pg_class other on other.relname = ours.name and relnamespace = to_regnamespace('public')
            where relkind not in ('i', 'I')`,
    what: [
      "index has the name of one of Gatehouse's, and is another, or broken",
      "indexes have the name of one of Gatehouse's, and are others, or broken",
    ],
    remedy: "Drop or rename them",
  },
  {
    query: `select format('%s on %s (%s)',
              index.relname, indrelid::regclass, array_to_string(${columnsOfIndex}, ', ')) as name
            from pg_index join pg_class index on index.oid = indexrelid
            where indrelid in ${fourTables} and indisunique and not 0 = any (indkey::int2[])
              and not ${columnsOfIndex} && '{id,email,token,account_id}'
              and not (indrelid = to_regclass('public.account') and ${columnsOfIndex} @> '{user_id,provider_id}')
            union all select format('%s on %s', quote_ident(conname), conrelid::regclass)
            from pg_constraint where conrelid in ${fourTables} and contype = 'x'`,
    what: ["index lets only one row have what several may have", "indexes let only one row have what several may have"],
    remedy: "Drop them, or make them indexes that are not unique",
  },
  {
    query: `select format('%s.%s', attrelid::regclass, attname) as name,
              format('alter table %s alter %I type text collate "default";', attrelid::regclass, attname) as mend
            from pg_attribute join pg_collation on pg_collation.oid = attcollation
            where attrelid in ${fourTables} and attnum > 0 and not attisdropped and not collisdeterministic`,
    what: [
      "column takes different texts for the same (nondeterministic collation)",
      "columns take different texts for the same (nondeterministic collation)",
    ],
    remedy: "Give them an exact one",
  },
  {
    query: `select oid::regclass::text as name,
              format('alter table %s no force row level security, disable row level security;', oid::regclass) as mend
            from pg_class where oid in ${fourTables} and row_security_active(oid)`,
    what: [
      "table hides rows from this role (row level security)",
      "tables hide rows from this role (row level security)",
    ],
    remedy: "Name the owner in DATABASE_URL, who sees all rows, or switch it off",
  },
  {
    query: `select format('%s on %s', quote_ident(rulename), ev_class::regclass) as name,
              format('drop rule %I on %s;', rulename, ev_class::regclass) as mend
            from pg_rewrite where ev_class in ${fourTables}`,
    what: ["rule rewrites statements", "rules rewrite statements"],
    remedy: "Drop them, or make triggers of them",
  },
  {
    query: `select distinct tgrelid::regclass::text as name,
              format('alter table %s enable trigger all;', tgrelid::regclass) as mend
            from pg_trigger join pg_constraint con on con.oid = tgconstraint
            where (tgrelid in ${fourTables} or con.confrelid in ${fourTables}) and tgisinternal
              and tgenabled in ('D', 'R')`,
    what: ["table has foreign keys that are switched off", "tables have foreign keys that are switched off"],
    remedy: "Switch them on, as a superuser",
  },
  {
    query: `select format('%s on %s', quote_ident(tgname), tgrelid::regclass) as name,
              format('drop trigger %I on %s;', tgname, tgrelid::regclass) as mend
            from pg_trigger where tgrelid in ${fourTables} and tgname like 'gatehouse\\_%'`,
    what: ["trigger has the name of one of Gatehouse's", "triggers have the name of one of Gatehouse's"],
    remedy: "Drop or rename them",
  },
  {
    query: `select distinct format('%s (for %s.%s)',
              coalesce(view.oid::regclass::text, pg_describe_object(dep.classid, dep.objid, 0)),
              attrelid::regclass, attname) as name
            from pg_attribute
              join pg_depend dep on dep.refclassid = 'pg_class'::regclass and dep.refobjid = attrelid
                and dep.refobjsubid = attnum
              left join pg_rewrite rule on dep.classid = 'pg_rewrite'::regclass and rule.oid = dep.objid
              left join pg_class view on view.oid = rule.ev_class
            where attrelid in ${fourTables}
              and attname in
                ('created_at', 'updated_at', 'expires_at', 'access_token_expires_at', 'refresh_token_expires_at')
              and atttypid = 'timestamp'::regtype
              and dep.classid in ('pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass)
              and not exists (select from pg_rewrite own where own.oid = dep.objid and own.ev_class in ${fourTables})`,
    what: [
      "view or trigger depends on a time without a zone, which is given one",
      "views or triggers depend on a time without a zone, which is given one",
    ],
    remedy: "Drop them for the first start, and make them again afterwards",
  },
  {
    query: `select distinct quote_literal(gid) as name, format('rollback prepared %L;', gid) as mend
            from pg_prepared_xacts prepared
              join pg_locks own on own.transactionid::text = prepared.transaction::text
              join pg_locks held on held.virtualtransaction = own.virtualtransaction
            where prepared.database = current_database() and held.relation in ${fourTables}`,
    what: ["prepared transaction holds the tables", "prepared transactions hold the tables"],
    remedy: "Commit them, or roll them back",
  },
];
