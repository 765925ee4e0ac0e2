-- issue
SELECT '{"id":"Issue_' || "r1"."id" || '","title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","state":"' || "r1"."state" || '","dueAt":' || COALESCE('"' || "r1"."due_at" || '"', 'null') || '}'
FROM "issue" AS "r1"
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."number" = $1::text;
