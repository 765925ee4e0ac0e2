-- issues
SELECT CAST('{"totalCount":' || (
    SELECT (
      SELECT COUNT(*)
      FROM "issue" AS "r1"
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND "r1"."state" = ?1
      AND "r1"."topic_code" IN (
        SELECT value
        FROM json_each(?2))) || printf(',"nodes":[%s],"pageInfo":{"hasNextPage":', COALESCE(group_concat(j0, ','), '')) || CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND "r1"."state" = ?1
      AND "r1"."topic_code" IN (
        SELECT value
        FROM json_each(?2))
      LIMIT 1 OFFSET ?3) THEN 'true'
    ELSE 'false' END || ',"endCursor":' || COALESCE('"' || ?4 || '~' || (json_group_array(k0) ->> '$[#-1]') || '~' || (json_group_array(k1) ->> '$[#-1]') || '"', 'null')
    FROM (
      SELECT printf('\n{"number":%s,"title":%s,"createdAt":"%s","division":{"name":%s},"committee":{"name":%s},"submitter":', json_quote("r1"."number"), json_quote("r1"."title"), "r1"."created_at", json_quote("r2"."name"), json_quote("r3"."name")) || CASE
      WHEN "r4"."id" IS NULL THEN 'null'
      ELSE printf('{"name":%s,"category":"%s"}', json_quote("r4"."name"), "r4"."category") END || '}' AS j0, "r1"."created_at" AS k0, "r1"."id" AS k1
      FROM "issue" AS "r1" CROSS
      JOIN "division" AS "r2" ON ("r2"."id" = "r1"."division_id") CROSS
      JOIN "committee" AS "r3" ON ("r3"."id" = "r1"."committee_id")
      LEFT JOIN "member" AS "r4" ON ("r4"."id" = "r1"."submitter_id")
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND "r1"."state" = ?1
      AND "r1"."topic_code" IN (
        SELECT value
        FROM json_each(?2))
      ORDER BY "r1"."created_at" DESC, "r1"."id" DESC
      LIMIT ?3) AS p) || '}}' AS BLOB);
