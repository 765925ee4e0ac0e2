-- issues
SELECT (
  SELECT format('{"edges":[%s],"pageInfo":{"hasPreviousPage":%s,"hasNextPage":%s,"startCursor":%s,"endCursor":%s}}', COALESCE(string_agg(j0, ','), ''), CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE ((("r1"."due_at" < $1::text
            OR ("r1"."due_at" IS NOT NULL
              AND $1::text IS NULL))
          OR (("r1"."due_at" = $1::text
              OR ("r1"."due_at" IS NULL
                AND $1::text IS NULL))
            AND "r1"."id" < $2::bigint))) IS NOT TRUE) THEN 'true'
    ELSE 'false' END, CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE (("r1"."due_at" < $1::text
          OR ("r1"."due_at" IS NOT NULL
            AND $1::text IS NULL))
        OR (("r1"."due_at" = $1::text
            OR ("r1"."due_at" IS NULL
              AND $1::text IS NULL))
          AND "r1"."id" < $2::bigint))
      LIMIT 1 OFFSET 2) THEN 'true'
    ELSE 'false' END, COALESCE('"' || ((array_agg(c))[1]) || '"', 'null'), COALESCE('"' || ((array_agg(c))[COUNT(*)]) || '"', 'null'))
  FROM (
    SELECT format('{"cursor":"%s~%s~%s","node":{"title":"%s","dueAt":%s}}', $3::text, COALESCE(CAST("r1"."due_at" AS TEXT), '!'), "r1"."id", replace(replace("r1"."title", '\', '\\'), '"', '\"'), COALESCE('"' || "r1"."due_at" || '"', 'null')) AS j0, format('%s~%s~%s', $3::text, COALESCE(CAST("r1"."due_at" AS TEXT), '!'), "r1"."id") AS c
    FROM (
      SELECT "r1"."id" AS id, "r1"."due_at" AS o0, "r1"."id" AS o1
      FROM "issue" AS "r1"
      WHERE (("r1"."due_at" < $1::text
          OR ("r1"."due_at" IS NOT NULL
            AND $1::text IS NULL))
        OR (("r1"."due_at" = $1::text
            OR ("r1"."due_at" IS NULL
              AND $1::text IS NULL))
          AND "r1"."id" < $2::bigint))
      ORDER BY "r1"."due_at" DESC NULLS FIRST, "r1"."id" DESC
      LIMIT 2) AS q
    JOIN "issue" AS "r1" ON "r1"."id" = q.id
    ORDER BY q.o0 DESC NULLS FIRST, q.o1 DESC) AS p);
