-- members
SELECT CAST('{"edges":[' || (
    SELECT printf('%s],"pageInfo":{"hasPreviousPage":', COALESCE(group_concat(j0, ','), '')) || CASE
    WHEN EXISTS (
      SELECT 1
      FROM "member" AS "r1"
      WHERE "r1"."is_active" = ?1
      LIMIT 1 OFFSET 3) THEN 'true'
    ELSE 'false' END
    FROM (
      SELECT printf('\n{"cursor":"%s~%s","node":{"id":"Member_%s","name":%s,"seatNumber":%s}}', ?2, "r1"."id", "r1"."id", json_quote("r1"."name"), (
          SELECT "t1"."number"
          FROM "seat" AS "t1"
          WHERE ("t1"."id" = "r1"."seat_id"))) AS j0
      FROM (
        SELECT "r1"."id" AS id, "r1"."id" AS o0
        FROM "member" AS "r1"
        WHERE "r1"."is_active" = ?1
        ORDER BY "r1"."id" DESC
        LIMIT 3) AS q CROSS
      JOIN "member" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC) AS p) || ',"hasNextPage":false}}' AS BLOB);
