-- issues
SELECT CAST('{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"id":"Issue_%s","title":%s,"rating":%s}', "r1"."id", json_quote("r1"."title"), COALESCE(CAST("r1"."rating" AS TEXT), 'null')) AS j0
      FROM "issue" AS "r1"
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND "r1"."created_at" >= ?1
      AND (("r1"."title" >= ?2
          AND "r1"."title" < ?3)
        OR (EXISTS (
            SELECT 1
            FROM "member" AS "r2"
            WHERE ("r2"."id" = "r1"."submitter_id")
            AND "r2"."committee_id" IN (
              SELECT "r3"."id"
              FROM "committee" AS "r3"
              WHERE "r3"."is_pilot" = ?4))
          AND EXISTS (
            SELECT 1
            FROM "claim" AS "r4"
            WHERE ("r4"."issue_id" = "r1"."id")
            AND "r4"."state" IN ('CONFIRMED', 'FULFILLED')))
        OR (("r1"."topic_code" IS NULL) IS NOT TRUE
          AND (EXISTS (
              SELECT 1
              FROM "comment" AS "r5"
              WHERE ("r5"."issue_id" = "r1"."id")
              AND instr("r5"."text", ?5) > 0)) IS NOT TRUE
          AND ("r1"."rating" = ?6) IS NOT TRUE))
      AND (
        SELECT COUNT(*)
        FROM "issue" AS "r6"
        WHERE ("r6"."merged_into_id" = "r1"."id")
        AND ("r6"."number" IS NOT NULL
          OR "r6"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))) <= ?7
      ORDER BY "r1"."created_at" DESC, "r1"."id" DESC
      LIMIT 20) AS p) || ']}' AS BLOB);
