-- node
SELECT CASE $1::text
WHEN 'AgendaItem' THEN (
  SELECT format('{"__typename":"AgendaItem","id":"AgendaItem_%s"}', "r1"."id")
  FROM "agenda_item" AS "r1"
  WHERE "r1"."id" = $2::bigint)
WHEN 'Attendance' THEN (
  SELECT format('{"__typename":"Attendance","id":"Attendance_%s"}', "r2"."id")
  FROM "attendance" AS "r2"
  WHERE "r2"."id" = $2::bigint)
WHEN 'Claim' THEN (
  SELECT format('{"__typename":"Claim","id":"Claim_%s"}', "r3"."id")
  FROM "claim" AS "r3"
  WHERE "r3"."id" = $2::bigint)
WHEN 'Comment' THEN (
  SELECT format('{"__typename":"Comment","id":"Comment_%s"}', "r4"."id")
  FROM "comment" AS "r4"
  WHERE "r4"."id" = $2::bigint)
WHEN 'Committee' THEN (
  SELECT format('{"__typename":"Committee","id":"Committee_%s","name":"%s"}', "r5"."id", replace(replace("r5"."name", '\', '\\'), '"', '\"'))
  FROM "committee" AS "r5"
  WHERE "r5"."id" = $2::bigint)
WHEN 'Division' THEN (
  SELECT format('{"__typename":"Division","id":"Division_%s"}', "r6"."id")
  FROM "division" AS "r6"
  WHERE "r6"."id" = $2::bigint)
WHEN 'Evidence' THEN (
  SELECT format('{"__typename":"Evidence","id":"Evidence_%s"}', "r7"."id")
  FROM "evidence" AS "r7"
  WHERE "r7"."id" = $2::bigint)
WHEN 'Issue' THEN (
  SELECT format('{"__typename":"Issue","id":"Issue_%s"}', "r8"."id")
  FROM "issue" AS "r8"
  WHERE "r8"."id" = $2::bigint)
WHEN 'LedgerEntry' THEN (
  SELECT format('{"__typename":"LedgerEntry","id":"LedgerEntry_%s"}', "r9"."id")
  FROM "ledger_entry" AS "r9"
  WHERE "r9"."id" = $2::bigint)
WHEN 'Meeting' THEN (
  SELECT format('{"__typename":"Meeting","id":"Meeting_%s"}', "r10"."id")
  FROM "meeting" AS "r10"
  WHERE "r10"."id" = $2::bigint)
WHEN 'Member' THEN (
  SELECT format('{"__typename":"Member","id":"Member_%s"}', "r11"."id")
  FROM "member" AS "r11"
  WHERE "r11"."id" = $2::bigint)
WHEN 'Need' THEN (
  SELECT format('{"__typename":"Need","id":"Need_%s"}', "r12"."id")
  FROM "need" AS "r12"
  WHERE "r12"."id" = $2::bigint)
WHEN 'Organization' THEN (
  SELECT format('{"__typename":"Organization","id":"Organization_%s"}', "r13"."id")
  FROM "organization" AS "r13"
  WHERE "r13"."id" = $2::bigint)
WHEN 'Project' THEN (
  SELECT format('{"__typename":"Project","id":"Project_%s"}', "r14"."id")
  FROM "project" AS "r14"
  WHERE "r14"."id" = $2::bigint)
WHEN 'ProjectMilestone' THEN (
  SELECT format('{"__typename":"ProjectMilestone","id":"ProjectMilestone_%s"}', "r15"."id")
  FROM "project_milestone" AS "r15"
  WHERE "r15"."id" = $2::bigint)
WHEN 'Resolution' THEN (
  SELECT format('{"__typename":"Resolution","id":"Resolution_%s"}', "r16"."id")
  FROM "resolution" AS "r16"
  WHERE "r16"."id" = $2::bigint)
WHEN 'Resource' THEN (
  SELECT format('{"__typename":"Resource","id":"Resource_%s"}', "r17"."id")
  FROM "resource" AS "r17"
  WHERE "r17"."id" = $2::bigint)
WHEN 'ResourceWindow' THEN (
  SELECT format('{"__typename":"ResourceWindow","id":"ResourceWindow_%s"}', "r18"."id")
  FROM "resource_window" AS "r18"
  WHERE "r18"."id" = $2::bigint)
WHEN 'RoleGrant' THEN (
  SELECT format('{"__typename":"RoleGrant","id":"RoleGrant_%s"}', "r19"."id")
  FROM "role_grant" AS "r19"
  WHERE "r19"."id" = $2::bigint
  AND ("r19"."account_id" = $3::bigint))
WHEN 'StatisticsSnapshot' THEN (
  SELECT format('{"__typename":"StatisticsSnapshot","id":"StatisticsSnapshot_%s"}', "r20"."id")
  FROM "statistics_snapshot" AS "r20"
  WHERE "r20"."id" = $2::bigint)
WHEN 'VolunteerTeam' THEN (
  SELECT format('{"__typename":"VolunteerTeam","id":"VolunteerTeam_%s"}', "r21"."id")
  FROM "volunteer_team" AS "r21"
  WHERE "r21"."id" = $2::bigint)
WHEN 'Vote' THEN (
  SELECT format('{"__typename":"Vote","id":"Vote_%s"}', "r22"."id")
  FROM "vote" AS "r22"
  WHERE "r22"."id" = $2::bigint) END;

-- nodes
SELECT format('[%s]', COALESCE(string_agg(j, ','), ''))
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'AgendaItem' THEN (
      SELECT format('{"id":"AgendaItem_%s"}', "r1"."id")
      FROM "agenda_item" AS "r1"
      WHERE "r1"."id" = n.row_id)
    WHEN 'Attendance' THEN (
      SELECT format('{"id":"Attendance_%s"}', "r2"."id")
      FROM "attendance" AS "r2"
      WHERE "r2"."id" = n.row_id)
    WHEN 'Claim' THEN (
      SELECT format('{"id":"Claim_%s"}', "r3"."id")
      FROM "claim" AS "r3"
      WHERE "r3"."id" = n.row_id)
    WHEN 'Comment' THEN (
      SELECT format('{"id":"Comment_%s"}', "r4"."id")
      FROM "comment" AS "r4"
      WHERE "r4"."id" = n.row_id)
    WHEN 'Committee' THEN (
      SELECT format('{"id":"Committee_%s"}', "r5"."id")
      FROM "committee" AS "r5"
      WHERE "r5"."id" = n.row_id)
    WHEN 'Division' THEN (
      SELECT format('{"id":"Division_%s"}', "r6"."id")
      FROM "division" AS "r6"
      WHERE "r6"."id" = n.row_id)
    WHEN 'Evidence' THEN (
      SELECT format('{"id":"Evidence_%s"}', "r7"."id")
      FROM "evidence" AS "r7"
      WHERE "r7"."id" = n.row_id)
    WHEN 'Issue' THEN (
      SELECT format('{"id":"Issue_%s","title":"%s"}', "r8"."id", replace(replace("r8"."title", '\', '\\'), '"', '\"'))
      FROM "issue" AS "r8"
      WHERE "r8"."id" = n.row_id)
    WHEN 'LedgerEntry' THEN (
      SELECT format('{"id":"LedgerEntry_%s"}', "r9"."id")
      FROM "ledger_entry" AS "r9"
      WHERE "r9"."id" = n.row_id)
    WHEN 'Meeting' THEN (
      SELECT format('{"id":"Meeting_%s"}', "r10"."id")
      FROM "meeting" AS "r10"
      WHERE "r10"."id" = n.row_id)
    WHEN 'Member' THEN (
      SELECT format('{"id":"Member_%s","name":"%s","phone":%s}', "r11"."id", replace(replace("r11"."name", '\', '\\'), '"', '\"'), COALESCE('"' || CASE
          WHEN ("r11"."phone" IS NOT NULL) THEN ((SUBSTR("r11"."phone", 1, 3) || '****') || SUBSTR("r11"."phone", 8)) END || '"', 'null'))
      FROM "member" AS "r11"
      WHERE "r11"."id" = n.row_id)
    WHEN 'Need' THEN (
      SELECT format('{"id":"Need_%s"}', "r12"."id")
      FROM "need" AS "r12"
      WHERE "r12"."id" = n.row_id)
    WHEN 'Organization' THEN (
      SELECT format('{"id":"Organization_%s"}', "r13"."id")
      FROM "organization" AS "r13"
      WHERE "r13"."id" = n.row_id)
    WHEN 'Project' THEN (
      SELECT format('{"id":"Project_%s"}', "r14"."id")
      FROM "project" AS "r14"
      WHERE "r14"."id" = n.row_id)
    WHEN 'ProjectMilestone' THEN (
      SELECT format('{"id":"ProjectMilestone_%s"}', "r15"."id")
      FROM "project_milestone" AS "r15"
      WHERE "r15"."id" = n.row_id)
    WHEN 'Resolution' THEN (
      SELECT format('{"id":"Resolution_%s"}', "r16"."id")
      FROM "resolution" AS "r16"
      WHERE "r16"."id" = n.row_id)
    WHEN 'Resource' THEN (
      SELECT format('{"id":"Resource_%s"}', "r17"."id")
      FROM "resource" AS "r17"
      WHERE "r17"."id" = n.row_id)
    WHEN 'ResourceWindow' THEN (
      SELECT format('{"id":"ResourceWindow_%s"}', "r18"."id")
      FROM "resource_window" AS "r18"
      WHERE "r18"."id" = n.row_id)
    WHEN 'RoleGrant' THEN (
      SELECT format('{"id":"RoleGrant_%s"}', "r19"."id")
      FROM "role_grant" AS "r19"
      WHERE "r19"."id" = n.row_id
      AND ("r19"."account_id" = $3::bigint))
    WHEN 'StatisticsSnapshot' THEN (
      SELECT format('{"id":"StatisticsSnapshot_%s"}', "r20"."id")
      FROM "statistics_snapshot" AS "r20"
      WHERE "r20"."id" = n.row_id)
    WHEN 'VolunteerTeam' THEN (
      SELECT format('{"id":"VolunteerTeam_%s"}', "r21"."id")
      FROM "volunteer_team" AS "r21"
      WHERE "r21"."id" = n.row_id)
    WHEN 'Vote' THEN (
      SELECT format('{"id":"Vote_%s"}', "r22"."id")
      FROM "vote" AS "r22"
      WHERE "r22"."id" = n.row_id) END, 'null') AS j
  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS n(type, row_id, position)
  ORDER BY n.position) AS p;
