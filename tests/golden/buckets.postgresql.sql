-- issueAggregate
SELECT '{"groups":[' || ((
    SELECT COALESCE(string_agg(j, ','), '')
    FROM (
      SELECT '\n{"key":{"createdAtDay":' || COALESCE('"' || g.k0 || '"', 'null') || '},"count":' || g.m0 || '}' AS j
      FROM (
        SELECT to_char(date_trunc('day', "r1"."created_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k0, COUNT(*) AS m0
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        GROUP BY 1
        ORDER BY k0 NULLS LAST
        LIMIT 1000) AS g
      ORDER BY g.k0 NULLS LAST) AS p)) || ']}';

-- weeks
SELECT '{"groups":[' || ((
    SELECT COALESCE(string_agg(j, ','), '')
    FROM (
      SELECT '\n{"key":{"closedAtWeek":' || COALESCE('"' || g.k0 || '"', 'null') || ',"createdAtYear":' || COALESCE('"' || g.k1 || '"', 'null') || '},"count":' || g.m0 || ',"sum":{"reporterCount":' || (COALESCE('"' || (g.m1) || '"', 'null')) || '},"min":{"createdAt":' || COALESCE('"' || g.m2 || '"', 'null') || '}}' AS j
      FROM (
        SELECT to_char(date_trunc('week', "r1"."closed_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k0, to_char(date_trunc('year', "r1"."created_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k1, COUNT(*) AS m0, (SUM("r1"."reporter_count"))::bigint AS m1, MIN("r1"."created_at") AS m2
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        GROUP BY 1, 2
        ORDER BY k0 NULLS LAST, k1 NULLS LAST
        LIMIT 5) AS g
      ORDER BY g.k0 NULLS LAST, g.k1 NULLS LAST) AS p)) || ']}';
