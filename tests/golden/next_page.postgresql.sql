-- issues
SELECT '{"edges":[' || ((
    SELECT (COALESCE(string_agg(j0, ','), '')) || '],"pageInfo":{"hasPreviousPage":' || (CASE
      WHEN EXISTS (
        SELECT 1
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND ((("r1"."due_at" < $1::text
              OR ("r1"."due_at" IS NOT NULL
                AND $1::text IS NULL))
            OR (("r1"."due_at" = $1::text
                OR ("r1"."due_at" IS NULL
                  AND $1::text IS NULL))
              AND "r1"."id" < $2::bigint))) IS NOT TRUE) THEN 'true'
      ELSE 'false' END) || ',"hasNextPage":' || (CASE
      WHEN EXISTS (
        SELECT 1
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND (("r1"."due_at" < $1::text
            OR ("r1"."due_at" IS NOT NULL
              AND $1::text IS NULL))
          OR (("r1"."due_at" = $1::text
              OR ("r1"."due_at" IS NULL
                AND $1::text IS NULL))
            AND "r1"."id" < $2::bigint))
        LIMIT 1 OFFSET 2) THEN 'true'
      ELSE 'false' END) || ',"startCursor":' || (COALESCE('"' || $3::text || '~' || COALESCE(CAST(((array_agg(k0))[1]) AS TEXT), '!') || '~' || ((array_agg(k1))[1]) || '"', 'null')) || ',"endCursor":' || (COALESCE('"' || $3::text || '~' || COALESCE(CAST(((array_agg(k0))[COUNT(*)]) AS TEXT), '!') || '~' || ((array_agg(k1))[COUNT(*)]) || '"', 'null'))
    FROM (
      SELECT '\n{"cursor":"' || ($3::text) || '~' || (COALESCE(CAST("r1"."due_at" AS TEXT), '!')) || '~' || "r1"."id" || '","node":{"title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","dueAt":' || COALESCE('"' || "r1"."due_at" || '"', 'null') || '}}' AS j0, "r1"."due_at" AS k0, "r1"."id" AS k1
      FROM (
        SELECT "r1"."id" AS id, "r1"."due_at" AS o0, "r1"."id" AS o1
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND (("r1"."due_at" < $1::text
            OR ("r1"."due_at" IS NOT NULL
              AND $1::text IS NULL))
          OR (("r1"."due_at" = $1::text
              OR ("r1"."due_at" IS NULL
                AND $1::text IS NULL))
            AND "r1"."id" < $2::bigint))
        ORDER BY "r1"."due_at" DESC NULLS FIRST, "r1"."id" DESC
        LIMIT 2) AS q
      JOIN "issue" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 DESC NULLS FIRST, q.o1 DESC) AS p)) || '}}';
