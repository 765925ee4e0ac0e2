-- issues
SELECT (
  SELECT format('{"totalCount":%s,"nodes":[%s],"pageInfo":{"hasNextPage":%s,"endCursor":%s}}', (
      SELECT COUNT(*)
      FROM "issue" AS "r1"
      WHERE "r1"."state" = $1::text
      AND "r1"."topic_code" = ANY($2::text[])), COALESCE(string_agg(j0, ','), ''), CASE
    WHEN EXISTS (
      SELECT 1
      FROM "issue" AS "r1"
      WHERE "r1"."state" = $1::text
      AND "r1"."topic_code" = ANY($2::text[])
      LIMIT 1 OFFSET $3::bigint) THEN 'true'
    ELSE 'false' END, COALESCE('"' || ((array_agg(c))[COUNT(*)]) || '"', 'null'))
  FROM (
    SELECT format('{"number":%s,"title":"%s","createdAt":"%s","division":{"name":"%s"},"committee":{"name":"%s"},"submitter":%s}', COALESCE('"' || "r1"."number" || '"', 'null'), replace(replace("r1"."title", '\', '\\'), '"', '\"'), "r1"."created_at", replace(replace("r2"."name", '\', '\\'), '"', '\"'), replace(replace("r3"."name", '\', '\\'), '"', '\"'), CASE
      WHEN "r4"."id" IS NULL THEN 'null'
      ELSE format('{"name":"%s","category":"%s"}', replace(replace("r4"."name", '\', '\\'), '"', '\"'), "r4"."category") END) AS j0, format('%s~%s~%s', $4::text, "r1"."created_at", "r1"."id") AS c
    FROM "issue" AS "r1"
    JOIN "division" AS "r2" ON ("r2"."id" = "r1"."division_id")
    JOIN "committee" AS "r3" ON ("r3"."id" = "r1"."committee_id")
    LEFT JOIN "member" AS "r4" ON ("r4"."id" = "r1"."submitter_id")
    WHERE "r1"."state" = $1::text
    AND "r1"."topic_code" = ANY($2::text[])
    ORDER BY "r1"."created_at" DESC, "r1"."id" DESC
    LIMIT $3::bigint) AS p);
