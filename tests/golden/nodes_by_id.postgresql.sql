-- node
SELECT '{"__typename":"Committee","id":"Committee_' || "r1"."id" || '","name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '"}'
FROM "committee" AS "r1"
WHERE "r1"."id" = $1::bigint;

-- nodes
SELECT '[' || (COALESCE(string_agg(j, ','), '')) || ']'
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'Issue' THEN (
      SELECT '\n{"id":"Issue_' || "r1"."id" || '","title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '"}'
      FROM "issue" AS "r1"
      WHERE "r1"."id" = n.row_id
      AND ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
    WHEN 'Member' THEN (
      SELECT '\n{"id":"Member_' || "r2"."id" || '","name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '","phone":' || (COALESCE('"' || CASE
          WHEN ("r2"."division_code" BETWEEN $3::text
            AND $4::text
            AND "r2"."account_id" = $5::bigint) THEN "r2"."phone"
          ELSE CASE
          WHEN ("r2"."phone" IS NOT NULL) THEN CASE
          WHEN (LENGTH("r2"."phone") < 11) THEN '****'
          ELSE ((SUBSTR("r2"."phone", 1, 3) || '****') || SUBSTR("r2"."phone", 8)) END END END || '"', 'null')) || '}'
      FROM "member" AS "r2"
      WHERE "r2"."id" = n.row_id) END, 'null') AS j
  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS n(type, row_id, position)
  ORDER BY n.position) AS p;
