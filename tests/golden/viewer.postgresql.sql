-- viewer
SELECT '{"name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","grants":{"totalCount":' || ((
    SELECT ((
        SELECT COUNT(*)
        FROM "role_grant" AS "r2"
        WHERE ("r2"."account_id" = "r1"."id"
          AND "r2"."starts_at" <= $2::text
          AND ("r2"."ends_at" IS NULL
            OR "r2"."ends_at" > $2::text))
        AND ("r2"."account_id" = $1::bigint
          OR "r2"."granted_by_id" = $1::bigint))) || ',"nodes":[' || (COALESCE(string_agg(j0, ','), ''))
    FROM (
      SELECT '\n{"role":"' || "r2"."role" || '","divisionCode":"' || "r2"."division_code" || '","endsAt":' || COALESCE('"' || "r2"."ends_at" || '"', 'null') || '}' AS j0
      FROM "role_grant" AS "r2"
      WHERE ("r2"."account_id" = "r1"."id"
        AND "r2"."starts_at" <= $2::text
        AND ("r2"."ends_at" IS NULL
          OR "r2"."ends_at" > $2::text))
      AND ("r2"."account_id" = $1::bigint
        OR "r2"."granted_by_id" = $1::bigint)
      ORDER BY "r2"."id" ASC
      LIMIT 20) AS p)) || ']}}'
FROM "account" AS "r1"
WHERE ("r1"."id" = $1::bigint)
AND ("r1"."id" = $1::bigint);

-- node
SELECT '{"id":"RoleGrant_' || "r1"."id" || '"}'
FROM "role_grant" AS "r1"
WHERE ("r1"."account_id" = $1::bigint
  OR "r1"."granted_by_id" = $1::bigint)
AND "r1"."id" = $2::bigint;
