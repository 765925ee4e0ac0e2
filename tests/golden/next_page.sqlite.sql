-- issues
SELECT CAST('{"edges":[' || (
    SELECT printf('%s],"pageInfo":{"hasPreviousPage":', COALESCE(group_concat(j0, ','), '')) || CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND ((("r1"."due_at" < ?1
            OR ("r1"."due_at" IS NOT NULL
              AND ?1 IS NULL))
          OR (("r1"."due_at" = ?1
              OR ("r1"."due_at" IS NULL
                AND ?1 IS NULL))
            AND "r1"."id" < ?2))) IS NOT TRUE) THEN 'true'
    ELSE 'false' END || ',"hasNextPage":' || CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND (("r1"."due_at" < ?1
          OR ("r1"."due_at" IS NOT NULL
            AND ?1 IS NULL))
        OR (("r1"."due_at" = ?1
            OR ("r1"."due_at" IS NULL
              AND ?1 IS NULL))
          AND "r1"."id" < ?2))
      LIMIT 1 OFFSET 2) THEN 'true'
    ELSE 'false' END || ',"startCursor":' || COALESCE('"' || ?3 || '~' || COALESCE(CAST((json_group_array(k0) ->> '$[0]') AS TEXT), '!') || '~' || (json_group_array(k1) ->> '$[0]') || '"', 'null') || ',"endCursor":' || COALESCE('"' || ?3 || '~' || COALESCE(CAST((json_group_array(k0) ->> '$[#-1]') AS TEXT), '!') || '~' || (json_group_array(k1) ->> '$[#-1]') || '"', 'null')
    FROM (
      SELECT printf('\n{"cursor":"%s~%s~%s","node":{"title":%s,"dueAt":%s}}', ?3, COALESCE(CAST("r1"."due_at" AS TEXT), '!'), "r1"."id", json_quote("r1"."title"), json_quote("r1"."due_at")) AS j0, "r1"."due_at" AS k0, "r1"."id" AS k1
      FROM (
        SELECT "r1"."id" AS id, "r1"."due_at" AS o0, "r1"."id" AS o1
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND (("r1"."due_at" < ?1
            OR ("r1"."due_at" IS NOT NULL
              AND ?1 IS NULL))
          OR (("r1"."due_at" = ?1
              OR ("r1"."due_at" IS NULL
                AND ?1 IS NULL))
            AND "r1"."id" < ?2))
        ORDER BY "r1"."due_at" DESC NULLS FIRST, "r1"."id" DESC
        LIMIT 2) AS q CROSS
      JOIN "issue" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 DESC NULLS FIRST, q.o1 DESC) AS p) || '}}' AS BLOB);
