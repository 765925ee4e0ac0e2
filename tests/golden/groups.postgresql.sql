-- issueAggregate
SELECT (
  SELECT '{"count":' || COUNT(*) || ',"avg":{"rating":' || (COALESCE('"' || ((CASE
          WHEN (SUM("r1"."rating"))::bigint < 0 THEN -1
          ELSE 1 END * (abs((SUM("r1"."rating"))::bigint) / NULLIF(COUNT("r1"."rating"), 0) * 100 + (2 * 100 * (abs((SUM("r1"."rating"))::bigint) % NULLIF(COUNT("r1"."rating"), 0)) + COUNT("r1"."rating")) / NULLIF(2 * COUNT("r1"."rating"), 0))) * 0.01) || '"', 'null')) || '},"groups":[' || ((
      SELECT COALESCE(string_agg(j, ','), '')
      FROM (
        SELECT '\n{"key":{"state":' || COALESCE('"' || g.k0 || '"', 'null') || ',"district":' || (CASE
          WHEN "r2"."id" IS NULL THEN 'null'
          ELSE '{"name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '"}' END) || '},"count":' || g.m0 || ',"avg":{"rating":' || (COALESCE('"' || (g.m1 * 0.01) || '"', 'null')) || ',"reporterCount":' || (COALESCE('"' || (g.m2 * 0.01) || '"', 'null')) || '},"max":{"closedAt":' || COALESCE('"' || g.m3 || '"', 'null') || '}}' AS j
        FROM (
          SELECT i.b1 AS k0, (substr(i.code, 1, 6) || '000000') AS k1, (SUM(i.n0))::bigint AS m0, (CASE
            WHEN (SUM(i.n1))::bigint < 0 THEN -1
            ELSE 1 END * (abs((SUM(i.n1))::bigint) / NULLIF((SUM(i.n2))::bigint, 0) * 100 + (2 * 100 * (abs((SUM(i.n1))::bigint) % NULLIF((SUM(i.n2))::bigint, 0)) + (SUM(i.n2))::bigint) / NULLIF(2 * (SUM(i.n2))::bigint, 0))) AS m1, (CASE
            WHEN (SUM(i.n3))::bigint < 0 THEN -1
            ELSE 1 END * (abs((SUM(i.n3))::bigint) / NULLIF((SUM(i.n4))::bigint, 0) * 100 + (2 * 100 * (abs((SUM(i.n3))::bigint) % NULLIF((SUM(i.n4))::bigint, 0)) + (SUM(i.n4))::bigint) / NULLIF(2 * (SUM(i.n4))::bigint, 0))) AS m2, MAX(i.n5) AS m3
          FROM (
            SELECT "r1"."division_code" AS code, "r1"."state" AS b1, COUNT(*) AS n0, (SUM("r1"."rating"))::bigint AS n1, COUNT("r1"."rating") AS n2, (SUM("r1"."reporter_count"))::bigint AS n3, COUNT("r1"."reporter_count") AS n4, MAX("r1"."closed_at") AS n5
            FROM "issue" AS "r1"
            WHERE ("r1"."number" IS NOT NULL
              OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
            AND "r1"."urgency" <> 'EMERGENCY'
            GROUP BY 1, 2) AS i
          GROUP BY 1, 2
          HAVING (SUM(i.n0))::bigint >= $1::bigint
          ORDER BY CASE i.b1
          WHEN 'SUBMITTED' THEN 0
          WHEN 'NEEDS_INFO' THEN 1
          WHEN 'ACCEPTED' THEN 2
          WHEN 'IN_DELIBERATION' THEN 3
          WHEN 'OPEN_FOR_CLAIM' THEN 4
          WHEN 'IN_PROGRESS' THEN 5
          WHEN 'SUSPENDED' THEN 6
          WHEN 'AWAITING_VERIFICATION' THEN 7
          WHEN 'CLOSED' THEN 8
          WHEN 'REJECTED' THEN 9
          WHEN 'WITHDRAWN' THEN 10
          WHEN 'MERGED' THEN 11 END NULLS LAST, k1 NULLS LAST
          LIMIT 1000) AS g
        LEFT JOIN "division" AS "r2" ON ("r2"."code" = g.k1
          AND "r2"."level" = 'DISTRICT')
        ORDER BY CASE g.k0
        WHEN 'SUBMITTED' THEN 0
        WHEN 'NEEDS_INFO' THEN 1
        WHEN 'ACCEPTED' THEN 2
        WHEN 'IN_DELIBERATION' THEN 3
        WHEN 'OPEN_FOR_CLAIM' THEN 4
        WHEN 'IN_PROGRESS' THEN 5
        WHEN 'SUSPENDED' THEN 6
        WHEN 'AWAITING_VERIFICATION' THEN 7
        WHEN 'CLOSED' THEN 8
        WHEN 'REJECTED' THEN 9
        WHEN 'WITHDRAWN' THEN 10
        WHEN 'MERGED' THEN 11 END NULLS LAST, g.k1 NULLS LAST) AS p)) || ']}'
  FROM "issue" AS "r1"
  WHERE ("r1"."number" IS NOT NULL
    OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
  AND "r1"."urgency" <> 'EMERGENCY');
