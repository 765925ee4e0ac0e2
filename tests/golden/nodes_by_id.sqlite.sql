-- node
SELECT CAST(printf('{"__typename":"Committee","id":"Committee_%s","name":%s}', "r1"."id", json_quote("r1"."name")) AS BLOB)
FROM "committee" AS "r1"
WHERE "r1"."id" = ?1;

-- nodes
SELECT CAST(printf('[%s]', COALESCE(group_concat(j, ','), '')) AS BLOB)
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'Issue' THEN (
      SELECT printf('\n{"id":"Issue_%s","title":%s}', "r1"."id", json_quote("r1"."title"))
      FROM "issue" AS "r1"
      WHERE "r1"."id" = n.row_id
      AND ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
    WHEN 'Member' THEN (
      SELECT printf('\n{"id":"Member_%s","name":%s,"phone":%s}', "r2"."id", json_quote("r2"."name"), json_quote(CASE
          WHEN ("r2"."division_code" BETWEEN ?3
            AND ?4
            AND "r2"."account_id" = ?5) THEN "r2"."phone"
          ELSE CASE
          WHEN ("r2"."phone" IS NOT NULL) THEN CASE
          WHEN (LENGTH("r2"."phone") < 11) THEN '****'
          ELSE ((SUBSTR("r2"."phone", 1, 3) || '****') || SUBSTR("r2"."phone", 8)) END END END))
      FROM "member" AS "r2"
      WHERE "r2"."id" = n.row_id) END, 'null') AS j
  FROM (
    SELECT a.value AS type, b.value AS row_id, a.key AS position
    FROM json_each(?1) AS a
    JOIN json_each(?2) AS b ON b.key = a.key) AS n
  ORDER BY n.position) AS p;
