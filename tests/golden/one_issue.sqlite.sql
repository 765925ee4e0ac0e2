-- issue
SELECT CAST(printf('{"id":"Issue_%s","title":%s,"state":"%s","dueAt":%s}', "r1"."id", json_quote("r1"."title"), "r1"."state", json_quote("r1"."due_at")) AS BLOB)
FROM "issue" AS "r1"
WHERE ("r1"."number" IS NOT NULL
  OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
AND "r1"."number" = ?1;
