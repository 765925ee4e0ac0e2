-- issues
SELECT '{"totalCount":' || ((
    SELECT ((
        SELECT COUNT(*)
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND "r1"."state" = $1::text
        AND "r1"."topic_code" = ANY($2::text[]))) || ',"nodes":[' || (COALESCE(string_agg(j0, ','), '')) || '],"pageInfo":{"hasNextPage":' || (CASE
      WHEN EXISTS (
        SELECT 1
        FROM "issue" AS "r1"
        WHERE ("r1"."number" IS NOT NULL
          OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
        AND "r1"."state" = $1::text
        AND "r1"."topic_code" = ANY($2::text[])
        LIMIT 1 OFFSET $3::bigint) THEN 'true'
      ELSE 'false' END) || ',"endCursor":' || (COALESCE('"' || $4::text || '~' || ((array_agg(k0))[COUNT(*)]) || '~' || ((array_agg(k1))[COUNT(*)]) || '"', 'null'))
    FROM (
      SELECT '\n{"number":' || COALESCE('"' || "r1"."number" || '"', 'null') || ',"title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","createdAt":"' || "r1"."created_at" || '","division":{"name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '"},"committee":{"name":"' || (replace(replace("r3"."name", '\', '\\'), '"', '\"')) || '"},"submitter":' || (CASE
        WHEN "r4"."id" IS NULL THEN 'null'
        ELSE '{"name":"' || (replace(replace("r4"."name", '\', '\\'), '"', '\"')) || '","category":"' || "r4"."category" || '"}' END) || '}' AS j0, "r1"."created_at" AS k0, "r1"."id" AS k1
      FROM "issue" AS "r1"
      JOIN "division" AS "r2" ON ("r2"."id" = "r1"."division_id")
      JOIN "committee" AS "r3" ON ("r3"."id" = "r1"."committee_id")
      LEFT JOIN "member" AS "r4" ON ("r4"."id" = "r1"."submitter_id")
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND "r1"."state" = $1::text
      AND "r1"."topic_code" = ANY($2::text[])
      ORDER BY "r1"."created_at" DESC, "r1"."id" DESC
      LIMIT $3::bigint) AS p)) || '}}';
