-- division
SELECT '{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","committee":' || (CASE
  WHEN "r2"."id" IS NULL THEN 'null'
  ELSE '{"name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '","members":{"nodes":[' || ((
      SELECT COALESCE(string_agg(j0, ','), '')
      FROM (
        SELECT '\n{"name":"' || (replace(replace("r3"."name", '\', '\\'), '"', '\"')) || '","position":"' || "r3"."position" || '","submittedIssues":{"nodes":[' || ((
            SELECT COALESCE(string_agg(j0, ','), '')
            FROM (
              SELECT '\t{"title":"' || (replace(replace("r4"."title", '\', '\\'), '"', '\"')) || '","claims":{"nodes":[' || ((
                  SELECT COALESCE(string_agg(j0, ','), '')
                  FROM (
                    SELECT '\r{"state":"' || "r5"."state" || '","quantity":' || (COALESCE('"' || ("r5"."quantity" * 0.01) || '"', 'null')) || ',"resource":' || (CASE
                      WHEN "r6"."id" IS NULL THEN 'null'
                      ELSE '{"name":"' || (replace(replace("r6"."name", '\', '\\'), '"', '\"')) || '","unit":' || (COALESCE('"' || replace(replace("r6"."unit", '\', '\\'), '"', '\"') || '"', 'null')) || '}' END) || '}' AS j0
                    FROM "claim" AS "r5"
                    LEFT JOIN "resource" AS "r6" ON ("r6"."id" = "r5"."resource_id")
                    WHERE ("r5"."issue_id" = "r4"."id")
                    ORDER BY "r5"."created_at" DESC, "r5"."id" DESC
                    LIMIT 20) AS p)) || ']}}' AS j0
              FROM "issue" AS "r4"
              WHERE ("r4"."submitter_id" = "r3"."id")
              AND ("r4"."number" IS NOT NULL
                OR "r4"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
              ORDER BY "r4"."created_at" DESC, "r4"."id" DESC
              LIMIT 2) AS p)) || ']}}' AS j0
        FROM "member" AS "r3"
        WHERE ("r3"."committee_id" = "r2"."id")
        ORDER BY "r3"."id" ASC
        LIMIT 3) AS p)) || ']}}' END) || '}'
FROM "division" AS "r1"
LEFT JOIN "committee" AS "r2" ON ("r2"."division_id" = "r1"."id"
  AND "r2"."state" != 'DISSOLVED')
WHERE "r1"."code" = $1::text;
