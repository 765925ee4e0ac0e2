-- division
SELECT CAST(printf('{"name":%s,"committee":', json_quote("r1"."name")) || CASE
  WHEN "r2"."id" IS NULL THEN 'null'
  ELSE printf('{"name":%s,"members":{"nodes":[', json_quote("r2"."name")) || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"name":%s,"position":"%s","submittedIssues":{"nodes":[', json_quote("r3"."name"), "r3"."position") || (
        SELECT COALESCE(group_concat(j0, ','), '')
        FROM (
          SELECT printf('\t{"title":%s,"claims":{"nodes":[', json_quote("r4"."title")) || (
            SELECT COALESCE(group_concat(j0, ','), '')
            FROM (
              SELECT printf('\r{"state":"%s","quantity":%s,"resource":', "r5"."state", CASE
                WHEN "r5"."quantity" IS NULL THEN 'null'
                ELSE printf('"%s%d.%02d"', CASE
                  WHEN "r5"."quantity" < 0 THEN '-'
                  ELSE '' END, abs("r5"."quantity") / 100, abs("r5"."quantity") % 100) END) || CASE
              WHEN "r6"."id" IS NULL THEN 'null'
              ELSE printf('{"name":%s,"unit":%s}', json_quote("r6"."name"), json_quote("r6"."unit")) END || '}' AS j0
              FROM "claim" AS "r5"
              LEFT JOIN "resource" AS "r6" ON ("r6"."id" = "r5"."resource_id")
              WHERE ("r5"."issue_id" = "r4"."id")
              ORDER BY "r5"."created_at" DESC, "r5"."id" DESC
              LIMIT 20) AS p) || ']}}' AS j0
          FROM "issue" AS "r4"
          WHERE ("r4"."submitter_id" = "r3"."id")
          AND ("r4"."number" IS NOT NULL
            OR "r4"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
          ORDER BY "r4"."created_at" DESC, "r4"."id" DESC
          LIMIT 2) AS p) || ']}}' AS j0
      FROM "member" AS "r3"
      WHERE ("r3"."committee_id" = "r2"."id")
      ORDER BY "r3"."id" ASC
      LIMIT 3) AS p) || ']}}' END || '}' AS BLOB)
FROM "division" AS "r1"
LEFT JOIN "committee" AS "r2" ON ("r2"."division_id" = "r1"."id"
  AND "r2"."state" != 'DISSOLVED')
WHERE "r1"."code" = ?1;
