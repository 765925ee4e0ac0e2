-- members
SELECT '{"nodes":[' || ((
    SELECT (COALESCE(string_agg(j0, ','), '')) || '],"pageInfo":{"endCursor":' || (COALESCE('"' || $1::text || '~' || ((array_agg(k0))[COUNT(*)]) || '~' || COALESCE(CAST(((array_agg(k1))[COUNT(*)]) AS TEXT), '!') || '~' || upper(encode(convert_to(((array_agg(k2))[COUNT(*)]), 'UTF8'), 'hex')) || '~' || ((array_agg(k3))[COUNT(*)]) || '"', 'null'))
    FROM (
      SELECT '\n{"id":"Member_' || "r1"."id" || '","name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","termEnd":' || COALESCE('"' || "r1"."term_end" || '"', 'null') || '}' AS j0, (
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
        LIMIT 4) AS q
      JOIN "member" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 DESC, q.o1 ASC NULLS FIRST, q.o2 ASC, q.o3 ASC) AS p)) || '}}';
