-- issues
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","handler":' || (CASE
        WHEN "r6"."id" IS NOT NULL THEN '{"__typename":"Organization","name":"' || (replace(replace("r6"."name", '\', '\\'), '"', '\"')) || '","kind":"' || "r6"."kind" || '"}'
        WHEN "r7"."id" IS NOT NULL THEN '{"__typename":"VolunteerTeam","name":"' || (replace(replace("r7"."name", '\', '\\'), '"', '\"')) || '","captain":' || (CASE
          WHEN "r8"."id" IS NULL THEN 'null'
          ELSE '{"name":"' || (replace(replace("r8"."name", '\', '\\'), '"', '\"')) || '"}' END) || '}'
        WHEN "r9"."id" IS NOT NULL THEN '{"__typename":"Member","name":"' || (replace(replace("r9"."name", '\', '\\'), '"', '\"')) || '","committee":{"name":"' || (replace(replace("r10"."name", '\', '\\'), '"', '\"')) || '"}}'
        WHEN "r11"."id" IS NOT NULL THEN '{"__typename":"Resident"}'
        ELSE 'null' END) || ',"claims":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"promise":' || (to_json("r12"."promise"::text)::text) || ',"claimant":' || (CASE
              WHEN "r13"."id" IS NOT NULL THEN '{"id":"Organization_' || "r13"."id" || '"}'
              WHEN "r14"."id" IS NOT NULL THEN '{"id":"VolunteerTeam_' || "r14"."id" || '"}'
              WHEN "r15"."id" IS NOT NULL THEN '{"id":"Member_' || "r15"."id" || '"}'
              WHEN "r16"."id" IS NOT NULL THEN '{"id":"Resident_' || "r16"."id" || '"}'
              ELSE 'null' END) || '}' AS j0
            FROM "claim" AS "r12"
            LEFT JOIN "organization" AS "r13" ON ("r13"."id" = "r12"."organization_id")
            LEFT JOIN "volunteer_team" AS "r14" ON ("r14"."id" = "r12"."team_id")
            LEFT JOIN "member" AS "r15" ON ("r15"."id" = "r12"."member_id")
            LEFT JOIN "account" AS "r16" ON ("r16"."id" = "r12"."account_id")
            AND ("r16"."id" = $1::bigint
              OR EXISTS(
                SELECT 1
                FROM "claim" AS "own_claim"
                WHERE ("own_claim"."account_id" = "r16"."id"))
              OR EXISTS(
                SELECT 1
                FROM "issue" AS "own_work"
                WHERE ("own_work"."handler_account_id" = "r16"."id")))
            WHERE ("r12"."issue_id" = "r1"."id")
            ORDER BY "r12"."created_at" DESC, "r12"."id" DESC
            LIMIT 20) AS p)) || ']}}' AS j0
      FROM "issue" AS "r1"
      LEFT JOIN "organization" AS "r6" ON ("r6"."id" = "r1"."handler_organization_id")
      LEFT JOIN "volunteer_team" AS "r7" ON ("r7"."id" = "r1"."handler_team_id")
      LEFT JOIN "member" AS "r8" ON ("r8"."id" = (
          SELECT MIN("seat"."id")
          FROM "member" AS "seat"
          WHERE "seat"."person_id" = (
            SELECT "lead"."person_id"
            FROM "team_membership" AS "lead"
            WHERE "lead"."team_id" = "r7"."id"
            AND "lead"."role" = 'CAPTAIN'
            AND "lead"."until" IS NULL)
          AND "seat"."division_code" = "r7"."division_code"
          AND "seat"."is_active"))
      LEFT JOIN "member" AS "r9" ON ("r9"."id" = "r1"."handler_member_id")
      LEFT JOIN "committee" AS "r10" ON ("r10"."id" = "r9"."committee_id")
      LEFT JOIN "account" AS "r11" ON ("r11"."id" = "r1"."handler_account_id")
      AND ("r11"."id" = $1::bigint
        OR EXISTS(
          SELECT 1
          FROM "claim" AS "own_claim"
          WHERE ("own_claim"."account_id" = "r11"."id"))
        OR EXISTS(
          SELECT 1
          FROM "issue" AS "own_work"
          WHERE ("own_work"."handler_account_id" = "r11"."id")))
      WHERE ("r1"."number" IS NOT NULL
        OR "r1"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
      AND ((EXISTS (
            SELECT 1
            FROM "organization" AS "r2"
            WHERE ("r2"."id" = "r1"."handler_organization_id")))
        OR (EXISTS (
            SELECT 1
            FROM "volunteer_team" AS "r3"
            WHERE ("r3"."id" = "r1"."handler_team_id")))
        OR (EXISTS (
            SELECT 1
            FROM "member" AS "r4"
            WHERE ("r4"."id" = "r1"."handler_member_id")))
        OR (EXISTS (
            SELECT 1
            FROM "account" AS "r5"
            WHERE ("r5"."id" = "r1"."handler_account_id")
            AND ("r5"."id" = $1::bigint
              OR EXISTS(
                SELECT 1
                FROM "claim" AS "own_claim"
                WHERE ("own_claim"."account_id" = "r5"."id"))
              OR EXISTS(
                SELECT 1
                FROM "issue" AS "own_work"
                WHERE ("own_work"."handler_account_id" = "r5"."id"))))))
      ORDER BY "r1"."id" ASC
      LIMIT 20) AS p)) || ']}';
