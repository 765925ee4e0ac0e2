-- division
SELECT '{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","ancestors":[' || ((
    SELECT COALESCE(string_agg(j, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '","level":"' || "r2"."level" || '"}' AS j
      FROM "division" AS "r2"
      WHERE ("r2"."code" IN ((substr("r1"."code", 1, 2) || '0000000000'), (substr("r1"."code", 1, 4) || '00000000'), (substr("r1"."code", 1, 6) || '000000'), (substr("r1"."code", 1, 9) || '000'))
        AND "r2"."code" != "r1"."code")
      ORDER BY "r2"."code", "r2"."last_code" DESC
      LIMIT 5) AS p)) || '],"children":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r3"."name", '\', '\\'), '"', '\"')) || '","committee":' || (CASE
        WHEN "r4"."id" IS NULL THEN 'null'
        ELSE '{"state":"' || "r4"."state" || '","memberCount":' || ((
            SELECT COUNT("seated"."id")
            FROM "member" AS "seated"
            WHERE "seated"."committee_id" = "r4"."id"
            AND "seated"."is_active")) || ',"director":' || (CASE
          WHEN "r5"."id" IS NULL THEN 'null'
          ELSE '{"name":"' || (replace(replace("r5"."name", '\', '\\'), '"', '\"')) || '"}' END) || '}' END) || ',"issues":{"totalCount":' || ((
          SELECT (COALESCE((
                SELECT SUM("counted"."row_count")
                FROM "issue_count_by_state" AS "counted"
                WHERE "counted"."is_public"
                AND "counted"."division_code" = "r3"."code"), 0)) || ',"nodes":[' || (COALESCE(string_agg(j0, ','), ''))
          FROM (
            SELECT '\t{"title":"' || (replace(replace("r6"."title", '\', '\\'), '"', '\"')) || '","state":"' || "r6"."state" || '"}' AS j0
            FROM "issue" AS "r6"
            WHERE ("r6"."division_code" = "r3"."code")
            AND ("r6"."number" IS NOT NULL
              OR "r6"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
            ORDER BY "r6"."created_at" DESC, "r6"."id" DESC
            LIMIT 3) AS p)) || ']}}' AS j0
      FROM (
        SELECT "r3"."id" AS id, "r3"."code" AS o0, "r3"."id" AS o1
        FROM "division" AS "r3"
        WHERE ("r3"."parent_id" = "r1"."id")
        ORDER BY "r3"."code" ASC, "r3"."id" ASC
        LIMIT 20) AS q
      JOIN "division" AS "r3" ON "r3"."id" = q.id
      LEFT JOIN "committee" AS "r4" ON ("r4"."division_id" = "r3"."id"
        AND "r4"."state" != 'DISSOLVED')
      LEFT JOIN "member" AS "r5" ON ("r5"."committee_id" = "r4"."id"
        AND "r5"."is_active"
        AND "r5"."position" = 'DIRECTOR')
      ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']},"issues":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"title":"' || (replace(replace("r7"."title", '\', '\\'), '"', '\"')) || '"}' AS j0
      FROM (
        SELECT "r7"."id" AS id, "r7"."created_at" AS o0, "r7"."id" AS o1
        FROM "issue" AS "r7"
        WHERE ("r7"."division_code" IN (
            SELECT "child"."code"
            FROM "division" AS "child"
            WHERE ("child"."parent_id" = "r1"."id")))
        AND ("r7"."number" IS NOT NULL
          OR "r7"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        ORDER BY "r7"."created_at" ASC, "r7"."id" ASC
        LIMIT 2) AS q
      JOIN "issue" AS "r7" ON "r7"."id" = q.id
      ORDER BY q.o0 DESC, q.o1 DESC) AS p)) || ']}}'
FROM "division" AS "r1"
WHERE "r1"."code" = $1::text;
