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
      LIMIT 20) AS p) || ']},"listEditions":{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"number":%s,"entries":[', "r7"."number") || (
        SELECT COALESCE(group_concat(printf('{"position":%s,"title":%s,"quantity":%s,"left":%s}', "r8"."position", json_quote("r8"."title"), CASE
              WHEN "r8"."quantity" IS NULL THEN 'null'
              ELSE printf('"%s%d.%02d"', CASE
                WHEN "r8"."quantity" < 0 THEN '-'
                ELSE '' END, abs("r8"."quantity") / 100, abs("r8"."quantity") % 100) END, CASE
              WHEN "r8"."left" IS NULL THEN 'null'
              ELSE printf('"%s%d.%02d"', CASE
                WHEN "r8"."left" < 0 THEN '-'
                ELSE '' END, abs("r8"."left") / 100, abs("r8"."left") % 100) END), ','), '')
        FROM (
          SELECT 'NEEDS' AS "list", 0 AS "rank", date(item.value ->> 'claimUntil', '+8 hours') AS "due_on", CAST(NULL AS BIGINT) AS "left", CAST(replace(item.value ->> 'quantity', '.', '') AS BIGINT) AS "quantity", (item.value ->> 'state') AS "state", (item.value ->> 'title') AS "title", (item.value ->> 'unit') AS "unit", (item.key + 1) AS "position"
          FROM json_each("r7"."content", '$.needs') AS item
          WHERE (?1 = 'NEEDS')
          UNION ALL SELECT 'PROJECTS' AS "list", 1 AS "rank", (item.value ->> 'dueOn') AS "due_on", CAST(NULL AS BIGINT) AS "left", CAST(replace(item.value ->> 'budget', '.', '') AS BIGINT) AS "quantity", (item.value ->> 'state') AS "state", (item.value ->> 'title') AS "title", '元' AS "unit", (item.key + 1) AS "position"
          FROM json_each("r7"."content", '$.projects') AS item
          WHERE (?1 = 'PROJECTS')
          UNION ALL SELECT 'RESOURCES' AS "list", 2 AS "rank", CAST(NULL AS TEXT) AS "due_on", CAST(replace(item.value ->> 'left', '.', '') AS BIGINT) AS "left", CAST(replace(item.value ->> 'quantity', '.', '') AS BIGINT) AS "quantity", CAST(NULL AS TEXT) AS "state", (item.value ->> 'name') AS "title", (item.value ->> 'unit') AS "unit", (item.key + 1) AS "position"
          FROM json_each("r7"."content", '$.resources') AS item
          WHERE (?1 = 'RESOURCES')
          ORDER BY rank, position
          LIMIT 200) AS "r8") || ']}' AS j0
      FROM "list_edition" AS "r7"
      WHERE ("r7"."committee_id" = "r1"."id")
      ORDER BY "r7"."published_at" DESC, "r7"."id" DESC
      LIMIT 20) AS p) || ']},"sharedResources":{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"name":%s,"quantity":%s,"windows":{"nodes":[', json_quote("r9"."name"), CASE
        WHEN "r9"."quantity" IS NULL THEN 'null'
        ELSE printf('"%s%d.%02d"', CASE
          WHEN "r9"."quantity" < 0 THEN '-'
          ELSE '' END, abs("r9"."quantity") / 100, abs("r9"."quantity") % 100) END) || (
        SELECT COALESCE(group_concat(j0, ','), '')
        FROM (
          SELECT printf('\t{"weekday":%s,"startsMinute":%s,"endsMinute":%s,"quantity":%s}', "r10"."weekday", "r10"."starts_minute", "r10"."ends_minute", printf('"%s%d.%02d"', CASE
              WHEN "r10"."quantity" < 0 THEN '-'
              ELSE '' END, abs("r10"."quantity") / 100, abs("r10"."quantity") % 100)) AS j0
          FROM "resource_window" AS "r10"
          WHERE ("r10"."resource_id" = "r9"."id")
          ORDER BY "r10"."weekday" ASC, "r10"."starts_minute" ASC, "r10"."id" ASC
          LIMIT 20) AS p) || ']}}' AS j0
      FROM "resource" AS "r9"
      WHERE ("r9"."division_code" = "r1"."division_code")
      ORDER BY "r9"."id" ASC
      LIMIT 20) AS p) || ']}}' AS BLOB)
FROM "committee" AS "r1"
WHERE "r1"."division_code" = ?2
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
          SELECT CASE
          WHEN ("r1"."capacity_model" IN ('RECURRING_WINDOW', 'BOOKABLE')) THEN COALESCE((
              SELECT (COALESCE("used"."capacity", NULLIF((
                      SELECT (COUNT("there"."id") * 100)
                      FROM "resource_unit" AS "there"
                      WHERE "there"."resource_id" = "coming"."resource_id"
                      AND "there"."is_active"), 0), "coming"."quantity") - COALESCE("used"."taken", 0))
              FROM (
                SELECT "opening"."id", "opening"."resource_id", "opening"."quantity", "opening"."starts_minute", (
                  SELECT "ahead"."day"
                  FROM "calendar_date" AS "ahead"
                  WHERE (("opening"."recurrence" = 'SEASON'
                      AND "ahead"."day" = "opening"."opens_on")
                    OR ("opening"."recurrence" = 'WEEKLY'
                      AND "ahead"."weekday" = "opening"."weekday"
                      AND ("opening"."opens_on" IS NULL
                        OR "ahead"."day" >= "opening"."opens_on")
                      AND ("opening"."closes_on" IS NULL
                        OR "ahead"."day" <= "opening"."closes_on")
                      AND ("opening"."holidays" = 'INCLUDED'
                        OR ("opening"."holidays" = 'EXCLUDED'
                          AND NOT "ahead"."is_holiday")
                        OR ("opening"."holidays" = 'ONLY'
                          AND "ahead"."is_holiday"))))
                  AND "ahead"."day" >= ?1
                  AND ("ahead"."day" > ?1
                    OR "opening"."ends_minute" > CAST(?2 AS INTEGER)
                    OR "opening"."recurrence" = 'SEASON')
                  AND NOT EXISTS(
                    SELECT 1
                    FROM "slot" AS "shut"
                    WHERE "shut"."window_id" = "opening"."id"
                    AND "shut"."day" = "ahead"."day"
                    AND "shut"."is_closed")
                  ORDER BY "ahead"."day"
                  LIMIT 1) AS "day"
                FROM "resource_window" AS "opening"
                WHERE ("opening"."resource_id" = "r1"."id")
                ORDER BY day ASC NULLS LAST, "opening"."starts_minute"
                LIMIT 1) AS "coming" LEFT OUTER
              JOIN "slot" AS "used" ON ("used"."window_id" = "coming"."id"
                AND "used"."day" = "coming"."day")
              WHERE ("coming"."day" IS NOT NULL)), 0)
          ELSE ("r1"."quantity" - COALESCE((
                SELECT SUM("taking"."quantity")
                FROM "claim" AS "taking"
                WHERE "taking"."resource_id" = "r1"."id"
                AND "taking"."state" IN ('CONFIRMED', 'FULFILLED')
                AND ("r1"."capacity_model" IN ('STOCK', 'FUND', 'ONE_OFF')
                  OR ("r1"."capacity_model" IN ('LEASE', 'STANDBY')
                    AND "taking"."state" = 'CONFIRMED')
                  OR ("r1"."capacity_model" = 'QUOTA'
                    AND "taking"."confirmed_at" >= ?3))), 0)) END AS value) AS once) || '}' AS j0
      FROM (
        SELECT "r1"."id" AS id, CASE
        WHEN ("r1"."capacity_model" IN ('RECURRING_WINDOW', 'BOOKABLE')) THEN COALESCE((
            SELECT (COALESCE("used"."capacity", NULLIF((
                    SELECT (COUNT("there"."id") * 100)
                    FROM "resource_unit" AS "there"
                    WHERE "there"."resource_id" = "coming"."resource_id"
                    AND "there"."is_active"), 0), "coming"."quantity") - COALESCE("used"."taken", 0))
            FROM (
              SELECT "opening"."id", "opening"."resource_id", "opening"."quantity", "opening"."starts_minute", (
                SELECT "ahead"."day"
                FROM "calendar_date" AS "ahead"
                WHERE (("opening"."recurrence" = 'SEASON'
                    AND "ahead"."day" = "opening"."opens_on")
                  OR ("opening"."recurrence" = 'WEEKLY'
                    AND "ahead"."weekday" = "opening"."weekday"
                    AND ("opening"."opens_on" IS NULL
                      OR "ahead"."day" >= "opening"."opens_on")
                    AND ("opening"."closes_on" IS NULL
                      OR "ahead"."day" <= "opening"."closes_on")
                    AND ("opening"."holidays" = 'INCLUDED'
                      OR ("opening"."holidays" = 'EXCLUDED'
                        AND NOT "ahead"."is_holiday")
                      OR ("opening"."holidays" = 'ONLY'
                        AND "ahead"."is_holiday"))))
                AND "ahead"."day" >= ?1
                AND ("ahead"."day" > ?1
                  OR "opening"."ends_minute" > CAST(?2 AS INTEGER)
                  OR "opening"."recurrence" = 'SEASON')
                AND NOT EXISTS(
                  SELECT 1
                  FROM "slot" AS "shut"
                  WHERE "shut"."window_id" = "opening"."id"
                  AND "shut"."day" = "ahead"."day"
                  AND "shut"."is_closed")
                ORDER BY "ahead"."day"
                LIMIT 1) AS "day"
              FROM "resource_window" AS "opening"
              WHERE ("opening"."resource_id" = "r1"."id")
              ORDER BY day ASC NULLS LAST, "opening"."starts_minute"
              LIMIT 1) AS "coming" LEFT OUTER
            JOIN "slot" AS "used" ON ("used"."window_id" = "coming"."id"
              AND "used"."day" = "coming"."day")
            WHERE ("coming"."day" IS NOT NULL)), 0)
        ELSE ("r1"."quantity" - COALESCE((
              SELECT SUM("taking"."quantity")
              FROM "claim" AS "taking"
              WHERE "taking"."resource_id" = "r1"."id"
              AND "taking"."state" IN ('CONFIRMED', 'FULFILLED')
              AND ("r1"."capacity_model" IN ('STOCK', 'FUND', 'ONE_OFF')
                OR ("r1"."capacity_model" IN ('LEASE', 'STANDBY')
                  AND "taking"."state" = 'CONFIRMED')
                OR ("r1"."capacity_model" = 'QUOTA'
                  AND "taking"."confirmed_at" >= ?3))), 0)) END AS o0, "r1"."id" AS o1
        FROM "resource" AS "r1"
        ORDER BY CASE
        WHEN ("r1"."capacity_model" IN ('RECURRING_WINDOW', 'BOOKABLE')) THEN COALESCE((
            SELECT (COALESCE("used"."capacity", NULLIF((
                    SELECT (COUNT("there"."id") * 100)
                    FROM "resource_unit" AS "there"
                    WHERE "there"."resource_id" = "coming"."resource_id"
                    AND "there"."is_active"), 0), "coming"."quantity") - COALESCE("used"."taken", 0))
            FROM (
              SELECT "opening"."id", "opening"."resource_id", "opening"."quantity", "opening"."starts_minute", (
                SELECT "ahead"."day"
                FROM "calendar_date" AS "ahead"
                WHERE (("opening"."recurrence" = 'SEASON'
                    AND "ahead"."day" = "opening"."opens_on")
                  OR ("opening"."recurrence" = 'WEEKLY'
                    AND "ahead"."weekday" = "opening"."weekday"
                    AND ("opening"."opens_on" IS NULL
                      OR "ahead"."day" >= "opening"."opens_on")
                    AND ("opening"."closes_on" IS NULL
                      OR "ahead"."day" <= "opening"."closes_on")
                    AND ("opening"."holidays" = 'INCLUDED'
                      OR ("opening"."holidays" = 'EXCLUDED'
                        AND NOT "ahead"."is_holiday")
                      OR ("opening"."holidays" = 'ONLY'
                        AND "ahead"."is_holiday"))))
                AND "ahead"."day" >= ?1
                AND ("ahead"."day" > ?1
                  OR "opening"."ends_minute" > CAST(?2 AS INTEGER)
                  OR "opening"."recurrence" = 'SEASON')
                AND NOT EXISTS(
                  SELECT 1
                  FROM "slot" AS "shut"
                  WHERE "shut"."window_id" = "opening"."id"
                  AND "shut"."day" = "ahead"."day"
                  AND "shut"."is_closed")
                ORDER BY "ahead"."day"
                LIMIT 1) AS "day"
              FROM "resource_window" AS "opening"
              WHERE ("opening"."resource_id" = "r1"."id")
              ORDER BY day ASC NULLS LAST, "opening"."starts_minute"
              LIMIT 1) AS "coming" LEFT OUTER
            JOIN "slot" AS "used" ON ("used"."window_id" = "coming"."id"
              AND "used"."day" = "coming"."day")
            WHERE ("coming"."day" IS NOT NULL)), 0)
        ELSE ("r1"."quantity" - COALESCE((
              SELECT SUM("taking"."quantity")
              FROM "claim" AS "taking"
              WHERE "taking"."resource_id" = "r1"."id"
              AND "taking"."state" IN ('CONFIRMED', 'FULFILLED')
              AND ("r1"."capacity_model" IN ('STOCK', 'FUND', 'ONE_OFF')
                OR ("r1"."capacity_model" IN ('LEASE', 'STANDBY')
                  AND "taking"."state" = 'CONFIRMED')
                OR ("r1"."capacity_model" = 'QUOTA'
                  AND "taking"."confirmed_at" >= ?3))), 0)) END ASC NULLS LAST, "r1"."id" ASC
        LIMIT 20) AS q CROSS
      JOIN "resource" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC NULLS LAST, q.o1 ASC) AS p) || ']}' AS BLOB);
