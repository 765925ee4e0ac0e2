-- issue
SELECT CAST(printf('{"description":%s,"ledger":{"nodes":[', json_quote("r1"."description")) || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"seq":%s,"action":"%s","note":%s,"actorName":%s}', "r2"."seq", "r2"."action", json_quote("r2"."note"), json_quote(CASE
          WHEN ("r2"."actor_role" = 'RESIDENT') THEN '居民'
          ELSE "r2"."actor_name" END)) AS j0
      FROM (
        SELECT "r2"."id" AS id, "r2"."seq" AS o0, "r2"."id" AS o1
        FROM "ledger_entry" AS "r2"
        WHERE ("r2"."issue_id" = "r1"."id")
        ORDER BY "r2"."seq" ASC, "r2"."id" ASC
        LIMIT 20) AS q CROSS
      JOIN "ledger_entry" AS "r2" ON "r2"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p) || ']}}' AS BLOB)
FROM "issue" AS "r1"
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."id" = ?1;

-- divisions
SELECT CAST('{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"name":%s}', json_quote("r1"."name")) AS j0
      FROM (
        SELECT "r1"."id" AS id, "r1"."code" AS o0, "r1"."id" AS o1
        FROM "division" AS "r1"
        WHERE instr("r1"."name", ?1) > 0
        ORDER BY "r1"."code" ASC, "r1"."id" ASC
        LIMIT 20) AS q CROSS
      JOIN "division" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p) || ']}' AS BLOB);
