-- issueAggregate
SELECT format('{"groups":%s}', (
    SELECT format('[%s]', COALESCE(string_agg(j, ','), ''))
    FROM (
      SELECT format('{"key":{"createdAtDay":%s},"count":%s}', COALESCE('"' || g.k0 || '"', 'null'), g.m0) AS j
      FROM (
        SELECT to_char(date_trunc('day', "r1"."created_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k0, COUNT(*) AS m0
        FROM "issue" AS "r1"
        GROUP BY 1
        ORDER BY k0 NULLS LAST
        LIMIT 1000) AS g
      ORDER BY g.k0 NULLS LAST) AS p));

-- weeks
SELECT format('{"groups":%s}', (
    SELECT format('[%s]', COALESCE(string_agg(j, ','), ''))
    FROM (
      SELECT format('{"key":{"closedAtWeek":%s,"createdAtYear":%s},"count":%s,"sum":{"reporterCount":%s},"min":{"createdAt":%s}}', COALESCE('"' || g.k0 || '"', 'null'), COALESCE('"' || g.k1 || '"', 'null'), g.m0, CASE
        WHEN g.m1 IS NULL THEN 'null'
        ELSE '"' || (g.m1)::text || '"' END, COALESCE('"' || g.m2 || '"', 'null')) AS j
      FROM (
        SELECT to_char(date_trunc('week', "r1"."closed_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k0, to_char(date_trunc('year', "r1"."created_at"::text::timestamp + interval '8 hours'), 'YYYY-MM-DD') AS k1, COUNT(*) AS m0, (SUM("r1"."reporter_count"))::bigint AS m1, MIN("r1"."created_at") AS m2
        FROM "issue" AS "r1"
        GROUP BY 1, 2
        ORDER BY k0 NULLS LAST, k1 NULLS LAST
        LIMIT 5) AS g
      ORDER BY g.k0 NULLS LAST, g.k1 NULLS LAST) AS p));
