-- issue
SELECT '{"description":' || (to_json("r1"."description"::text)::text) || ',"ledger":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"seq":' || "r2"."seq" || ',"action":"' || "r2"."action" || '","note":' || (COALESCE(to_json("r2"."note"::text)::text, 'null')) || ',"actorName":' || (COALESCE('"' || replace(replace(CASE
              WHEN ("r2"."actor_role" = 'RESIDENT') THEN '居民'
              ELSE "r2"."actor_name" END, '\', '\\'), '"', '\"') || '"', 'null')) || '}' AS j0
      FROM (
        SELECT "r2"."id" AS id, "r2"."seq" AS o0, "r2"."id" AS o1
        FROM "ledger_entry" AS "r2"
        WHERE ("r2"."issue_id" = "r1"."id")
        ORDER BY "r2"."seq" ASC, "r2"."id" ASC
        LIMIT 20) AS q
      JOIN "ledger_entry" AS "r2" ON "r2"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']}}'
FROM "issue" AS "r1"
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."id" = $1::bigint;

-- divisions
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '"}' AS j0
      FROM (
        SELECT "r1"."id" AS id, "r1"."code" AS o0, "r1"."id" AS o1
        FROM "division" AS "r1"
        WHERE strpos("r1"."name", $1::text) > 0
        ORDER BY "r1"."code" ASC, "r1"."id" ASC
        LIMIT 20) AS q
      JOIN "division" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']}';
