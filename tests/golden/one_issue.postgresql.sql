-- issue
SELECT format('{"id":"Issue_%s","title":"%s","state":"%s","dueAt":%s}', "r1"."id", replace(replace("r1"."title", '\', '\\'), '"', '\"'), "r1"."state", COALESCE('"' || "r1"."due_at" || '"', 'null'))
FROM "issue" AS "r1"
WHERE "r1"."number" = $1::text;
