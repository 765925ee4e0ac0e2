-- viewer
SELECT CAST(printf('{"name":%s,"grants":{"totalCount":', json_quote("r1"."name")) || (
    SELECT (
      SELECT COUNT(*)
      FROM "role_grant" AS "r2"
      WHERE ("r2"."account_id" = "r1"."id"
        AND "r2"."starts_at" <= ?2
        AND ("r2"."ends_at" IS NULL
          OR "r2"."ends_at" > ?2))
      AND ("r2"."account_id" = ?1
        OR "r2"."granted_by_id" = ?1)) || printf(',"nodes":[%s', COALESCE(group_concat(j0, ','), ''))
    FROM (
      SELECT printf('\n{"role":"%s","divisionCode":"%s","endsAt":%s}', "r2"."role", "r2"."division_code", json_quote("r2"."ends_at")) AS j0
      FROM "role_grant" AS "r2"
      WHERE ("r2"."account_id" = "r1"."id"
        AND "r2"."starts_at" <= ?2
        AND ("r2"."ends_at" IS NULL
          OR "r2"."ends_at" > ?2))
      AND ("r2"."account_id" = ?1
        OR "r2"."granted_by_id" = ?1)
      ORDER BY "r2"."id" ASC
      LIMIT 20) AS p) || ']}}' AS BLOB)
FROM "account" AS "r1"
WHERE ("r1"."id" = ?1)
AND ("r1"."id" = ?1);

-- node
SELECT CAST(printf('{"id":"RoleGrant_%s"}', "r1"."id") AS BLOB)
FROM "role_grant" AS "r1"
WHERE ("r1"."account_id" = ?1
  OR "r1"."granted_by_id" = ?1)
AND "r1"."id" = ?2;
