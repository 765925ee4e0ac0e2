-- issue
SELECT '{"__typename":"Issue","id":"Issue_' || "r1"."id" || '","committee":{"state":"' || "r2"."state" || '","id":"Committee_' || "r2"."id" || '","name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '"},"heading":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","state":"' || "r1"."state" || '"}'
FROM "issue" AS "r1"
JOIN "committee" AS "r2" ON ("r2"."id" = "r1"."committee_id")
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."id" = $1::bigint;
