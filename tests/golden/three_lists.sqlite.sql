-- committee
SELECT CAST('{"needs":{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"title":%s,"wantedQuantity":%s,"unit":%s,"state":"%s"}', json_quote("r2"."title"), CASE
        WHEN "r2"."wanted_quantity" IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN "r2"."wanted_quantity" < 0 THEN '-'
          ELSE '' END, abs("r2"."wanted_quantity") / 100, abs("r2"."wanted_quantity") % 100) END, json_quote("r2"."unit"), "r2"."state") AS j0
      FROM "need" AS "r2"
      WHERE ("r2"."committee_id" = "r1"."id")
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r2"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
      ORDER BY "r2"."created_at" ASC, "r2"."id" ASC
      LIMIT 20) AS p) || ']},"projects":{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"title":%s,"budget":%s,"lead":', json_quote("r3"."title"), CASE
        WHEN "r3"."budget" IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN "r3"."budget" < 0 THEN '-'
          ELSE '' END, abs("r3"."budget") / 100, abs("r3"."budget") % 100) END) || CASE
      WHEN "r4"."id" IS NULL THEN 'null'
      ELSE printf('{"name":%s}', json_quote("r4"."name")) END || ',"milestones":{"nodes":[' || (
        SELECT COALESCE(group_concat(j0, ','), '')
        FROM (
          SELECT printf('\t{"position":%s,"title":%s,"doneOn":%s}', "r5"."position", json_quote("r5"."title"), json_quote("r5"."done_on")) AS j0
          FROM (
            SELECT "r5"."id" AS id, "r5"."position" AS o0, "r5"."id" AS o1
            FROM "project_milestone" AS "r5"
            WHERE ("r5"."project_id" = "r3"."id")
            ORDER BY "r5"."position" ASC, "r5"."id" ASC
            LIMIT 20) AS q CROSS
          JOIN "project_milestone" AS "r5" ON "r5"."id" = q.id
          ORDER BY q.o0 ASC, q.o1 ASC) AS p) || ']},"issues":{"nodes":[' || (
        SELECT COALESCE(group_concat(j0, ','), '')
        FROM (
          SELECT printf('\t{"title":%s}', json_quote("r6"."title")) AS j0
          FROM "issue" AS "r6"
          WHERE ("r6"."id" IN (
              SELECT "t1"."issue_id"
              FROM "project_issue" AS "t1"
              WHERE ("t1"."project_id" = "r3"."id")))
          AND ("r6"."number" IS NOT NULL
            OR "r6"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
          ORDER BY "r6"."id" ASC
          LIMIT 20) AS p) || ']}}' AS j0
      FROM "project" AS "r3"
      LEFT JOIN "member" AS "r4" ON ("r4"."id" = "r3"."lead_id")
      WHERE ("r3"."committee_id" = "r1"."id")
      ORDER BY "r3"."created_at" ASC, "r3"."id" ASC
      LIMIT 20) AS p) || ']},"sharedResources":{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"name":%s,"quantity":%s,"windows":{"nodes":[', json_quote("r7"."name"), CASE
        WHEN "r7"."quantity" IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN "r7"."quantity" < 0 THEN '-'
          ELSE '' END, abs("r7"."quantity") / 100, abs("r7"."quantity") % 100) END) || (
        SELECT COALESCE(group_concat(j0, ','), '')
        FROM (
          SELECT printf('\t{"weekday":%s,"startsMinute":%s,"endsMinute":%s,"quantity":%s}', "r8"."weekday", "r8"."starts_minute", "r8"."ends_minute", printf('"%s%d.%02d"', CASE
              WHEN "r8"."quantity" < 0 THEN '-'
              ELSE '' END, abs("r8"."quantity") / 100, abs("r8"."quantity") % 100)) AS j0
          FROM "resource_window" AS "r8"
          WHERE ("r8"."resource_id" = "r7"."id")
          ORDER BY "r8"."weekday" ASC, "r8"."starts_minute" ASC, "r8"."id" ASC
          LIMIT 20) AS p) || ']}}' AS j0
      FROM "resource" AS "r7"
      WHERE ("r7"."division_code" = "r1"."division_code")
      ORDER BY "r7"."id" ASC
      LIMIT 20) AS p) || ']}}' AS BLOB)
FROM "committee" AS "r1"
WHERE "r1"."division_code" = ?1
AND ("r1"."state" != 'DISSOLVED');

-- resources
SELECT CAST('{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"name":%s,"quantity":%s,"availableQuantity":', json_quote("r1"."name"), CASE
        WHEN "r1"."quantity" IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN "r1"."quantity" < 0 THEN '-'
          ELSE '' END, abs("r1"."quantity") / 100, abs("r1"."quantity") % 100) END) || (
        SELECT CASE
        WHEN once.value IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN once.value < 0 THEN '-'
          ELSE '' END, abs(once.value) / 100, abs(once.value) % 100) END
        FROM (
          SELECT ("r1"."quantity" - COALESCE((
                SELECT SUM("taken"."quantity")
                FROM "claim" AS "taken"
                WHERE "taken"."resource_id" = "r1"."id"
                AND "taken"."state" IN ('CONFIRMED', 'FULFILLED')), 0)) AS value) AS once) || '}' AS j0
      FROM (
        SELECT "r1"."id" AS id, ("r1"."quantity" - COALESCE((
              SELECT SUM("taken"."quantity")
              FROM "claim" AS "taken"
              WHERE "taken"."resource_id" = "r1"."id"
              AND "taken"."state" IN ('CONFIRMED', 'FULFILLED')), 0)) AS o0, "r1"."id" AS o1
        FROM "resource" AS "r1"
        ORDER BY ("r1"."quantity" - COALESCE((
              SELECT SUM("taken"."quantity")
              FROM "claim" AS "taken"
              WHERE "taken"."resource_id" = "r1"."id"
              AND "taken"."state" IN ('CONFIRMED', 'FULFILLED')), 0)) ASC NULLS LAST, "r1"."id" ASC
        LIMIT 20) AS q CROSS
      JOIN "resource" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC NULLS LAST, q.o1 ASC) AS p) || ']}' AS BLOB);
