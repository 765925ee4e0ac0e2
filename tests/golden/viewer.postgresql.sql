-- viewer
SELECT format('{"name":"%s","grants":%s}', replace(replace("r1"."name", '\', '\\'), '"', '\"'), (
    SELECT format('{"totalCount":%s,"nodes":[%s]}', (
        SELECT COUNT(*)
        FROM "role_grant" AS "r2"
        WHERE ((("r2"."account_id" = "r1"."id")
            AND ("r2"."starts_at" <= $2::text))
          AND (("r2"."ends_at" IS NULL)
            OR ("r2"."ends_at" > $2::text)))
        AND ("r2"."account_id" = $1::bigint)), COALESCE(string_agg(j0, ','), ''))
    FROM (
      SELECT format('{"role":"%s","divisionCode":"%s","endsAt":%s}', "r2"."role", "r2"."division_code", COALESCE('"' || "r2"."ends_at" || '"', 'null')) AS j0
      FROM "role_grant" AS "r2"
      WHERE ((("r2"."account_id" = "r1"."id")
          AND ("r2"."starts_at" <= $2::text))
        AND (("r2"."ends_at" IS NULL)
          OR ("r2"."ends_at" > $2::text)))
      AND ("r2"."account_id" = $1::bigint)
      ORDER BY "r2"."id" ASC
      LIMIT 20) AS p))
FROM "account" AS "r1"
WHERE ("r1"."id" = $1::bigint)
AND ("r1"."id" = $1::bigint);

-- node
SELECT CASE $1::text
WHEN 'AgendaItem' THEN (
  SELECT format('{"id":"AgendaItem_%s"}', "r1"."id")
  FROM "agenda_item" AS "r1"
  WHERE "r1"."id" = $2::bigint)
WHEN 'Attendance' THEN (
  SELECT format('{"id":"Attendance_%s"}', "r2"."id")
  FROM "attendance" AS "r2"
  WHERE "r2"."id" = $2::bigint)
WHEN 'Claim' THEN (
  SELECT format('{"id":"Claim_%s"}', "r3"."id")
  FROM "claim" AS "r3"
  WHERE "r3"."id" = $2::bigint)
WHEN 'Comment' THEN (
  SELECT format('{"id":"Comment_%s"}', "r4"."id")
  FROM "comment" AS "r4"
  WHERE "r4"."id" = $2::bigint)
WHEN 'Committee' THEN (
  SELECT format('{"id":"Committee_%s"}', "r5"."id")
  FROM "committee" AS "r5"
  WHERE "r5"."id" = $2::bigint)
WHEN 'Division' THEN (
  SELECT format('{"id":"Division_%s"}', "r6"."id")
  FROM "division" AS "r6"
  WHERE "r6"."id" = $2::bigint)
WHEN 'Evidence' THEN (
  SELECT format('{"id":"Evidence_%s"}', "r7"."id")
  FROM "evidence" AS "r7"
  WHERE "r7"."id" = $2::bigint)
WHEN 'Issue' THEN (
  SELECT format('{"id":"Issue_%s"}', "r8"."id")
  FROM "issue" AS "r8"
  WHERE "r8"."id" = $2::bigint)
WHEN 'LedgerEntry' THEN (
  SELECT format('{"id":"LedgerEntry_%s"}', "r9"."id")
  FROM "ledger_entry" AS "r9"
  WHERE "r9"."id" = $2::bigint)
WHEN 'Meeting' THEN (
  SELECT format('{"id":"Meeting_%s"}', "r10"."id")
  FROM "meeting" AS "r10"
  WHERE "r10"."id" = $2::bigint)
WHEN 'Member' THEN (
  SELECT format('{"id":"Member_%s"}', "r11"."id")
  FROM "member" AS "r11"
  WHERE "r11"."id" = $2::bigint)
WHEN 'Need' THEN (
  SELECT format('{"id":"Need_%s"}', "r12"."id")
  FROM "need" AS "r12"
  WHERE "r12"."id" = $2::bigint)
WHEN 'Organization' THEN (
  SELECT format('{"id":"Organization_%s"}', "r13"."id")
  FROM "organization" AS "r13"
  WHERE "r13"."id" = $2::bigint)
WHEN 'Project' THEN (
  SELECT format('{"id":"Project_%s"}', "r14"."id")
  FROM "project" AS "r14"
  WHERE "r14"."id" = $2::bigint)
WHEN 'ProjectMilestone' THEN (
  SELECT format('{"id":"ProjectMilestone_%s"}', "r15"."id")
  FROM "project_milestone" AS "r15"
  WHERE "r15"."id" = $2::bigint)
WHEN 'Resolution' THEN (
  SELECT format('{"id":"Resolution_%s"}', "r16"."id")
  FROM "resolution" AS "r16"
  WHERE "r16"."id" = $2::bigint)
WHEN 'Resource' THEN (
  SELECT format('{"id":"Resource_%s"}', "r17"."id")
  FROM "resource" AS "r17"
  WHERE "r17"."id" = $2::bigint)
WHEN 'ResourceWindow' THEN (
  SELECT format('{"id":"ResourceWindow_%s"}', "r18"."id")
  FROM "resource_window" AS "r18"
  WHERE "r18"."id" = $2::bigint)
WHEN 'RoleGrant' THEN (
  SELECT format('{"id":"RoleGrant_%s"}', "r19"."id")
  FROM "role_grant" AS "r19"
  WHERE "r19"."id" = $2::bigint
  AND ("r19"."account_id" = $3::bigint))
WHEN 'StatisticsSnapshot' THEN (
  SELECT format('{"id":"StatisticsSnapshot_%s"}', "r20"."id")
  FROM "statistics_snapshot" AS "r20"
  WHERE "r20"."id" = $2::bigint)
WHEN 'VolunteerTeam' THEN (
  SELECT format('{"id":"VolunteerTeam_%s"}', "r21"."id")
  FROM "volunteer_team" AS "r21"
  WHERE "r21"."id" = $2::bigint)
WHEN 'Vote' THEN (
  SELECT format('{"id":"Vote_%s"}', "r22"."id")
  FROM "vote" AS "r22"
  WHERE "r22"."id" = $2::bigint) END;
