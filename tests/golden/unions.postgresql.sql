-- issues
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '{"title":"' || (replace(replace("r1"."title", '\', '\\'), '"', '\"')) || '","handler":' || (CASE
        WHEN "r5"."id" IS NOT NULL THEN '{"__typename":"Organization","name":"' || (replace(replace("r5"."name", '\', '\\'), '"', '\"')) || '","kind":"' || "r5"."kind" || '"}'
        WHEN "r6"."id" IS NOT NULL THEN '{"__typename":"VolunteerTeam","name":"' || (replace(replace("r6"."name", '\', '\\'), '"', '\"')) || '","captain":' || (CASE
          WHEN "r7"."id" IS NULL THEN 'null'
          ELSE '{"name":"' || (replace(replace("r7"."name", '\', '\\'), '"', '\"')) || '"}' END) || '}'
        WHEN "r8"."id" IS NOT NULL THEN '{"__typename":"Member","name":"' || (replace(replace("r8"."name", '\', '\\'), '"', '\"')) || '","committee":{"name":"' || (replace(replace("r9"."name", '\', '\\'), '"', '\"')) || '"}}'
        ELSE 'null' END) || ',"claims":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '{"promise":' || (to_json("r10"."promise"::text)::text) || ',"claimant":' || (CASE
              WHEN "r11"."id" IS NOT NULL THEN '{"id":"Organization_' || "r11"."id" || '"}'
              WHEN "r12"."id" IS NOT NULL THEN '{"id":"VolunteerTeam_' || "r12"."id" || '"}'
              WHEN "r13"."id" IS NOT NULL THEN '{"id":"Member_' || "r13"."id" || '"}'
              ELSE 'null' END) || '}' AS j0
            FROM "claim" AS "r10"
            LEFT JOIN "organization" AS "r11" ON ("r11"."id" = "r10"."organization_id")
            LEFT JOIN "volunteer_team" AS "r12" ON ("r12"."id" = "r10"."team_id")
            LEFT JOIN "member" AS "r13" ON ("r13"."id" = "r10"."member_id")
            WHERE ("r10"."issue_id" = "r1"."id")
            ORDER BY "r10"."created_at" DESC, "r10"."id" DESC
            LIMIT 20) AS p)) || ']}}' AS j0
      FROM "issue" AS "r1"
      LEFT JOIN "organization" AS "r5" ON ("r5"."id" = "r1"."handler_organization_id")
      LEFT JOIN "volunteer_team" AS "r6" ON ("r6"."id" = "r1"."handler_team_id")
      LEFT JOIN "member" AS "r7" ON ("r7"."id" = "r6"."captain_id")
      LEFT JOIN "member" AS "r8" ON ("r8"."id" = "r1"."handler_member_id")
      LEFT JOIN "committee" AS "r9" ON ("r9"."id" = "r8"."committee_id")
      WHERE ((EXISTS (
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
            WHERE ("r4"."id" = "r1"."handler_member_id"))))
      ORDER BY "r1"."id" ASC
      LIMIT 20) AS p)) || ']}';
