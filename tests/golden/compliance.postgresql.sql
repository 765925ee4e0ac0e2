-- committees
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","compliance":{"isCompliant":' || (CASE
        WHEN (NOT (NOT (COALESCE((
                  SELECT COUNT("seated"."id")
                  FROM "member" AS "seated"
                  WHERE "seated"."committee_id" = "r1"."id"
                  AND "seated"."is_active"), 0) BETWEEN 13
              AND 15)
            OR COALESCE((
                SELECT COUNT("seated"."id")
                FROM "member" AS "seated"
                WHERE "seated"."committee_id" = "r1"."id"
                AND "seated"."is_active"
                AND "seated"."position" = 'DIRECTOR'), 0) != 1
            OR EXISTS(
              SELECT 1
              FROM "member" AS "lead"
              WHERE "lead"."committee_id" = "r1"."id"
              AND "lead"."is_active"
              AND "lead"."position" = 'DIRECTOR'
              AND "lead"."has_known_posts"
              AND ((NOT (REPLACE(((' ' || "lead"."posts") || ' '), ((' ' || 'PARTY_SECRETARY') || ' '), '') != ((' ' || "lead"."posts") || ' '))
                  AND NOT (COALESCE("r1"."lead_waiver_post", '') = 'PARTY_SECRETARY'
                    AND "r1"."lead_waiver_until" >= $1::text))
                OR (NOT (REPLACE(((' ' || "lead"."posts") || ' '), ((' ' || 'RESIDENTS_DIRECTOR') || ' '), '') != ((' ' || "lead"."posts") || ' '))
                  AND NOT (COALESCE("r1"."lead_waiver_post", '') = 'RESIDENTS_DIRECTOR'
                    AND "r1"."lead_waiver_until" >= $1::text))))
            OR COALESCE((
                SELECT COUNT("seated"."id")
                FROM "member" AS "seated"
                WHERE "seated"."committee_id" = "r1"."id"
                AND "seated"."is_active"
                AND "seated"."position" = 'DEPUTY_DIRECTOR'), 0) != 4
            OR EXISTS(
              SELECT 1
              FROM "member" AS "held" INNER
              JOIN "seat" AS "of" ON ("of"."id" = "held"."seat_id"
                AND "of"."kind" = 'ROTATING')
              WHERE "held"."committee_id" = "r1"."id"
              AND "held"."is_active"
              AND "held"."posts" != '')
            OR EXISTS(
              SELECT 1
              FROM "member" AS "held" INNER
              JOIN "seat" AS "of" ON ("of"."id" = "held"."seat_id"
                AND "of"."kind" = 'ROTATING')
              WHERE "held"."committee_id" = "r1"."id"
              AND "held"."is_active"
              AND "held"."term_end" IS NULL))) THEN 'true'
        ELSE 'false' END) || ',"violations":[' || ((
          SELECT COALESCE(string_agg('{"rule":"' || "r2"."rule" || '","message":"' || (replace(replace("r2"."message", '\', '\\'), '"', '\"')) || '"}', ','), '')
          FROM ((((((
                      SELECT 'C2' AS "rule", CASE
                      WHEN ('zh' = $2::text) THEN '社工委应有 13 至 15 名在任委员。'
                      ELSE 'A committee has 13 to 15 active members.' END AS "message"
                      WHERE NOT (COALESCE((
                            SELECT COUNT("seated"."id")
                            FROM "member" AS "seated"
                            WHERE "seated"."committee_id" = "r1"."id"
                            AND "seated"."is_active"), 0) BETWEEN 13
                        AND 15))
                    UNION ALL (
                      SELECT 'C3' AS "rule", CASE
                      WHEN ('zh' = $2::text) THEN '社工委应有且仅有一名主任。'
                      ELSE 'A committee has exactly one director.' END AS "message"
                      WHERE (COALESCE((
                            SELECT COUNT("seated"."id")
                            FROM "member" AS "seated"
                            WHERE "seated"."committee_id" = "r1"."id"
                            AND "seated"."is_active"
                            AND "seated"."position" = 'DIRECTOR'), 0) != 1)))
                  UNION ALL (
                    SELECT 'C3' AS "rule", CASE
                    WHEN ('zh' = $2::text) THEN '主任应同时担任社区党组织书记和居委会主任，或由街道批准豁免。'
                    ELSE 'The director is both secretary of the party organization and director of the residents'' committee, or the subdistrict granted a waiver.' END AS "message"
                    WHERE EXISTS(
                      SELECT 1
                      FROM "member" AS "lead"
                      WHERE "lead"."committee_id" = "r1"."id"
                      AND "lead"."is_active"
                      AND "lead"."position" = 'DIRECTOR'
                      AND "lead"."has_known_posts"
                      AND ((NOT (REPLACE(((' ' || "lead"."posts") || ' '), ((' ' || 'PARTY_SECRETARY') || ' '), '') != ((' ' || "lead"."posts") || ' '))
                          AND NOT (COALESCE("r1"."lead_waiver_post", '') = 'PARTY_SECRETARY'
                            AND "r1"."lead_waiver_until" >= $1::text))
                        OR (NOT (REPLACE(((' ' || "lead"."posts") || ' '), ((' ' || 'RESIDENTS_DIRECTOR') || ' '), '') != ((' ' || "lead"."posts") || ' '))
                          AND NOT (COALESCE("r1"."lead_waiver_post", '') = 'RESIDENTS_DIRECTOR'
                            AND "r1"."lead_waiver_until" >= $1::text))))))
                UNION ALL (
                  SELECT 'C4' AS "rule", CASE
                  WHEN ('zh' = $2::text) THEN '社工委应有四名副主任。'
                  ELSE 'A committee has exactly four deputy directors.' END AS "message"
                  WHERE (COALESCE((
                        SELECT COUNT("seated"."id")
                        FROM "member" AS "seated"
                        WHERE "seated"."committee_id" = "r1"."id"
                        AND "seated"."is_active"
                        AND "seated"."position" = 'DEPUTY_DIRECTOR'), 0) != 4)))
              UNION ALL (
                SELECT 'C5' AS "rule", CASE
                WHEN ('zh' = $2::text) THEN '依职任职的委员应为常任委员。'
                ELSE 'Whoever has a seat by post holds a standing seat.' END AS "message"
                WHERE EXISTS(
                  SELECT 1
                  FROM "member" AS "held" INNER
                  JOIN "seat" AS "of" ON ("of"."id" = "held"."seat_id"
                    AND "of"."kind" = 'ROTATING')
                  WHERE "held"."committee_id" = "r1"."id"
                  AND "held"."is_active"
                  AND "held"."posts" != '')))
            UNION ALL (
              SELECT 'C6' AS "rule", CASE
              WHEN ('zh' = $2::text) THEN '轮值委员应有任期届满日。'
              ELSE 'Whoever holds a rotating seat has a term that ends.' END AS "message"
              WHERE EXISTS(
                SELECT 1
                FROM "member" AS "held" INNER
                JOIN "seat" AS "of" ON ("of"."id" = "held"."seat_id"
                  AND "of"."kind" = 'ROTATING')
                WHERE "held"."committee_id" = "r1"."id"
                AND "held"."is_active"
                AND "held"."term_end" IS NULL))) AS "r2")) || ']},"deputyDirectors":[' || ((
          SELECT COALESCE(string_agg(j, ','), '')
          FROM (
            SELECT '\t{"name":"' || (replace(replace("r3"."name", '\', '\\'), '"', '\"')) || '","phone":' || (COALESCE('"' || CASE
                WHEN ("r3"."division_code" BETWEEN $3::text
                  AND $4::text
                  AND "r3"."account_id" = $5::bigint) THEN "r3"."phone"
                ELSE CASE
                WHEN ("r3"."phone" IS NOT NULL) THEN CASE
                WHEN (LENGTH("r3"."phone") < 11) THEN '****'
                ELSE ((SUBSTR("r3"."phone", 1, 3) || '****') || SUBSTR("r3"."phone", 8)) END END END || '"', 'null')) || '}' AS j
            FROM "member" AS "r3"
            WHERE ("r3"."committee_id" = "r1"."id"
              AND "r3"."is_active"
              AND "r3"."position" = 'DEPUTY_DIRECTOR')
            ORDER BY "r3"."id"
            LIMIT 4) AS p)) || ']}' AS j0
      FROM (
        SELECT "r1"."id" AS id, (
          SELECT COUNT("seated"."id")
          FROM "member" AS "seated"
          WHERE "seated"."committee_id" = "r1"."id"
          AND "seated"."is_active") AS o0, "r1"."id" AS o1
        FROM "committee" AS "r1"
        ORDER BY (
          SELECT COUNT("seated"."id")
          FROM "member" AS "seated"
          WHERE "seated"."committee_id" = "r1"."id"
          AND "seated"."is_active") ASC, "r1"."id" ASC
        LIMIT 20) AS q
      JOIN "committee" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']}';
