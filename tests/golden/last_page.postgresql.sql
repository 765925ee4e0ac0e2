-- members
SELECT '{"edges":[' || ((
    SELECT (COALESCE(string_agg(j0, ','), '')) || '],"pageInfo":{"hasPreviousPage":' || (CASE
      WHEN EXISTS (
        SELECT 1
        FROM "member" AS "r1"
        WHERE "r1"."is_active" = $1::boolean
        LIMIT 1 OFFSET 3) THEN 'true'
      ELSE 'false' END)
    FROM (
      SELECT '\n{"cursor":"' || ($2::text) || '~' || "r1"."id" || '","node":{"id":"Member_' || "r1"."id" || '","name":"' || (replace(replace("r1"."name", '\', '\\'), '"', '\"')) || '","seatNumber":' || ((
          SELECT "t1"."number"
          FROM "seat" AS "t1"
          WHERE ("t1"."id" = "r1"."seat_id"))) || '}}' AS j0
      FROM (
        SELECT "r1"."id" AS id, "r1"."id" AS o0
        FROM "member" AS "r1"
        WHERE "r1"."is_active" = $1::boolean
        ORDER BY "r1"."id" DESC
        LIMIT 3) AS q
      JOIN "member" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC) AS p)) || ',"hasNextPage":false}}';
