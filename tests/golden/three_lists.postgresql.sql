-- committee
SELECT '{"needs":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"title":"' || (replace(replace("r2"."title", '\', '\\'), '"', '\"')) || '","wantedQuantity":' || (COALESCE('"' || ("r2"."wanted_quantity" * 0.01) || '"', 'null')) || ',"unit":' || (COALESCE('"' || replace(replace("r2"."unit", '\', '\\'), '"', '\"') || '"', 'null')) || ',"state":"' || "r2"."state" || '"}' AS j0
      FROM "need" AS "r2"
      WHERE ("r2"."committee_id" = "r1"."id")
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r2"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
      ORDER BY "r2"."created_at" ASC, "r2"."id" ASC
      LIMIT 20) AS p)) || ']},"projects":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"title":"' || (replace(replace("r3"."title", '\', '\\'), '"', '\"')) || '","budget":' || (COALESCE('"' || ("r3"."budget" * 0.01) || '"', 'null')) || ',"lead":' || (CASE
        WHEN "r4"."id" IS NULL THEN 'null'
        ELSE '{"name":"' || (replace(replace("r4"."name", '\', '\\'), '"', '\"')) || '"}' END) || ',"milestones":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"position":' || "r5"."position" || ',"title":"' || (replace(replace("r5"."title", '\', '\\'), '"', '\"')) || '","doneOn":' || COALESCE('"' || "r5"."done_on" || '"', 'null') || '}' AS j0
            FROM (
              SELECT "r5"."id" AS id, "r5"."position" AS o0, "r5"."id" AS o1
              FROM "project_milestone" AS "r5"
              WHERE ("r5"."project_id" = "r3"."id")
              ORDER BY "r5"."position" ASC, "r5"."id" ASC
              LIMIT 20) AS q
            JOIN "project_milestone" AS "r5" ON "r5"."id" = q.id
            ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']},"issues":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"title":"' || (replace(replace("r6"."title", '\', '\\'), '"', '\"')) || '"}' AS j0
            FROM "issue" AS "r6"
            WHERE ("r6"."id" IN (
                SELECT "t1"."issue_id"
                FROM "project_issue" AS "t1"
                WHERE ("t1"."project_id" = "r3"."id")))
            AND ("r6"."number" IS NOT NULL
              OR "r6"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
            ORDER BY "r6"."id" ASC
            LIMIT 20) AS p)) || ']}}' AS j0
      FROM "project" AS "r3"
      LEFT JOIN "member" AS "r4" ON ("r4"."id" = "r3"."lead_id")
      WHERE ("r3"."committee_id" = "r1"."id")
      ORDER BY "r3"."created_at" ASC, "r3"."id" ASC
      LIMIT 20) AS p)) || ']},"listEditions":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"number":' || "r7"."number" || ',"entries":[' || ((
          SELECT COALESCE(string_agg('{"position":' || "r8"."position" || ',"title":"' || (replace(replace("r8"."title", '\', '\\'), '"', '\"')) || '","quantity":' || (COALESCE('"' || ("r8"."quantity" * 0.01) || '"', 'null')) || ',"left":' || (COALESCE('"' || ("r8"."left" * 0.01) || '"', 'null')) || '}', ','), '')
          FROM (((
                SELECT 'NEEDS' AS "list", 0 AS "rank", to_char((item.value ->> 'claimUntil')::timestamp + interval '8 hours', 'YYYY-MM-DD') AS "due_on", CAST(NULL AS BIGINT) AS "left", CAST(replace(item.value ->> 'quantity', '.', '') AS BIGINT) AS "quantity", (item.value ->> 'state') AS "state", (item.value ->> 'title') AS "title", (item.value ->> 'unit') AS "unit", item.key AS "position"
                FROM json_array_elements(("r7"."content")::json -> 'needs') WITH ORDINALITY AS item(value, key)
                WHERE ($1::text = 'NEEDS'))
              UNION ALL (
                SELECT 'PROJECTS' AS "list", 1 AS "rank", (item.value ->> 'dueOn') AS "due_on", CAST(NULL AS BIGINT) AS "left", CAST(replace(item.value ->> 'budget', '.', '') AS BIGINT) AS "quantity", (item.value ->> 'state') AS "state", (item.value ->> 'title') AS "title", '元' AS "unit", item.key AS "position"
                FROM json_array_elements(("r7"."content")::json -> 'projects') WITH ORDINALITY AS item(value, key)
                WHERE ($1::text = 'PROJECTS')))
            UNION ALL (
              SELECT 'RESOURCES' AS "list", 2 AS "rank", CAST(NULL AS TEXT) AS "due_on", CAST(replace(item.value ->> 'left', '.', '') AS BIGINT) AS "left", CAST(replace(item.value ->> 'quantity', '.', '') AS BIGINT) AS "quantity", CAST(NULL AS TEXT) AS "state", (item.value ->> 'name') AS "title", (item.value ->> 'unit') AS "unit", item.key AS "position"
              FROM json_array_elements(("r7"."content")::json -> 'resources') WITH ORDINALITY AS item(value, key)
              WHERE ($1::text = 'RESOURCES'))
            ORDER BY rank, position
            LIMIT 200) AS "r8")) || ']}' AS j0
      FROM "list_edition" AS "r7"
      WHERE ("r7"."committee_id" = "r1"."id")
      ORDER BY "r7"."published_at" DESC, "r7"."id" DESC
      LIMIT 20) AS p)) || ']},"sharedResources":{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r9"."name", '\', '\\'), '"', '\"')) || '","quantity":' || (COALESCE('"' || ("r9"."quantity" * 0.01) || '"', 'null')) || ',"windows":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"weekday":' || "r10"."weekday" || ',"startsMinute":' || "r10"."starts_minute" || ',"endsMinute":' || "r10"."ends_minute" || ',"quantity":"' || (("r10"."quantity" * 0.01)) || '"}' AS j0
            FROM "resource_window" AS "r10"
            WHERE ("r10"."resource_id" = "r9"."id")
            ORDER BY "r10"."weekday" ASC, "r10"."starts_minute" ASC, "r10"."id" ASC
            LIMIT 20) AS p)) || ']}}' AS j0
      FROM "resource" AS "r9"
      WHERE ("r9"."division_code" = "r1"."division_code")
      ORDER BY "r9"."id" ASC
      LIMIT 20) AS p)) || ']}}'
FROM "committee" AS "r1"
WHERE "r1"."division_code" = $2::text
AND ("r1"."state" != 'DISSOLVED');

-- resources
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","quantity":' || (COALESCE('"' || ("r1"."quantity" * 0.01) || '"', 'null')) || ',"availableQuantity":' || (COALESCE('"' || (CASE
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
                    AND "ahead"."day" >= $1::text
                    AND ("ahead"."day" > $1::text
                      OR "opening"."ends_minute" > CAST($2::text AS INTEGER)
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
                      AND "taking"."confirmed_at" >= $3::text))), 0)) END * 0.01) || '"', 'null')) || '}' AS j0
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
                AND "ahead"."day" >= $1::text
                AND ("ahead"."day" > $1::text
                  OR "opening"."ends_minute" > CAST($2::text AS INTEGER)
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
                  AND "taking"."confirmed_at" >= $3::text))), 0)) END AS o0, "r1"."id" AS o1
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
                AND "ahead"."day" >= $1::text
                AND ("ahead"."day" > $1::text
                  OR "opening"."ends_minute" > CAST($2::text AS INTEGER)
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
                  AND "taking"."confirmed_at" >= $3::text))), 0)) END ASC NULLS LAST, "r1"."id" ASC
        LIMIT 20) AS q
      JOIN "resource" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC NULLS LAST, q.o1 ASC) AS p)) || ']}';
