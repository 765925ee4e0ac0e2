-- issue
SELECT CAST(printf('{"__typename":"Issue","id":"Issue_%s","committee":{"state":"%s","id":"Committee_%s","name":%s},"heading":%s,"state":"%s"}', "r1"."id", "r2"."state", "r2"."id", json_quote("r2"."name"), json_quote("r1"."title"), "r1"."state") AS BLOB)
FROM "issue" AS "r1" CROSS
JOIN "committee" AS "r2" ON ("r2"."id" = "r1"."committee_id")
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."id" = ?1;
