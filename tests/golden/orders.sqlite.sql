-- members
SELECT CAST('{"nodes":[' || (
    SELECT printf('%s],"pageInfo":{"endCursor":', COALESCE(group_concat(j0, ','), '')) || COALESCE('"' || ?1 || '~' || (json_group_array(k0) ->> '$[#-1]') || '~' || COALESCE(CAST((json_group_array(k1) ->> '$[#-1]') AS TEXT), '!') || '~' || hex((json_group_array(k2) ->> '$[#-1]')) || '~' || (json_group_array(k3) ->> '$[#-1]') || '"', 'null')
    FROM (
      SELECT printf('\n{"id":"Member_%s","name":%s,"termEnd":%s}', "r1"."id", json_quote("r1"."name"), json_quote("r1"."term_end")) AS j0, (
        SELECT COUNT(*)
        FROM "issue" AS "r2"
        WHERE ("r2"."submitter_id" = "r1"."id")
        AND ("r2"."number" IS NOT NULL
          OR "r2"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))) AS k0, "r1"."term_end" AS k1, "r1"."name" AS k2, "r1"."id" AS k3
      FROM (
        SELECT "r1"."id" AS id, (
          SELECT COUNT(*)
          FROM "issue" AS "r2"
          WHERE ("r2"."submitter_id" = "r1"."id")
          AND ("r2"."number" IS NOT NULL
            OR "r2"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))) AS o0, "r1"."term_end" AS o1, "r1"."name" AS o2, "r1"."id" AS o3
        FROM "member" AS "r1"
        ORDER BY (
          SELECT COUNT(*)
          FROM "issue" AS "r2"
          WHERE ("r2"."submitter_id" = "r1"."id")
          AND ("r2"."number" IS NOT NULL
            OR "r2"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))) DESC, "r1"."term_end" ASC NULLS FIRST, "r1"."name" ASC, "r1"."id" ASC
        LIMIT 4) AS q CROSS
      JOIN "member" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 DESC, q.o1 ASC NULLS FIRST, q.o2 ASC, q.o3 ASC) AS p) || '}}' AS BLOB);
