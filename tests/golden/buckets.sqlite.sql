-- issueAggregate
SELECT CAST('{"groups":[' || (
    SELECT COALESCE(group_concat(j, ','), '')
    FROM (
      SELECT printf('\n{"key":{"createdAtDay":%s},"count":%s}', json_quote(g.k0), g.m0) AS j
      FROM (
        SELECT date("r1"."created_at", '+8 hours') AS k0, COUNT(*) AS m0
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        GROUP BY 1
        ORDER BY k0 NULLS LAST
        LIMIT 1000) AS g
      ORDER BY g.k0 NULLS LAST) AS p) || ']}' AS BLOB);

-- weeks
SELECT CAST('{"groups":[' || (
    SELECT COALESCE(group_concat(j, ','), '')
    FROM (
      SELECT printf('\n{"key":{"closedAtWeek":%s,"createdAtYear":%s},"count":%s,"sum":{"reporterCount":%s},"min":{"createdAt":%s}}', json_quote(g.k0), json_quote(g.k1), g.m0, json_quote(CAST(g.m1 AS TEXT)), json_quote(g.m2)) AS j
      FROM (
        SELECT date("r1"."closed_at", '+8 hours', 'weekday 0', '-6 days') AS k0, date("r1"."created_at", '+8 hours', 'start of year') AS k1, COUNT(*) AS m0, SUM("r1"."reporter_count") AS m1, MIN("r1"."created_at") AS m2
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        GROUP BY 1, 2
        ORDER BY k0 NULLS LAST, k1 NULLS LAST
        LIMIT 5) AS g
      ORDER BY g.k0 NULLS LAST, g.k1 NULLS LAST) AS p) || ']}' AS BLOB);
