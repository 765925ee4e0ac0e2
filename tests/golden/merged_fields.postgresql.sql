-- issue
SELECT format('{"__typename":"Issue","id":"Issue_%s","committee":{"state":"%s","id":"Committee_%s","name":"%s"},"heading":"%s","state":"%s"}', "r1"."id", "r2"."state", "r2"."id", replace(replace("r2"."name", '\', '\\'), '"', '\"'), replace(replace("r1"."title", '\', '\\'), '"', '\"'), "r1"."state")
FROM "issue" AS "r1"
JOIN "committee" AS "r2" ON ("r2"."id" = "r1"."committee_id")
WHERE "r1"."id" = $1::bigint;
