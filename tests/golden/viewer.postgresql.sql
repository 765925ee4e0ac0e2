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
SELECT CASE $1::text
WHEN 'AgendaItem' THEN (
  SELECT '{"id":"AgendaItem_' || "r1"."id" || '"}'
  FROM "agenda_item" AS "r1"
  WHERE "r1"."id" = $2::bigint)
WHEN 'ApiToken' THEN (
  SELECT '{"id":"ApiToken_' || "r2"."id" || '"}'
  FROM "api_token" AS "r2"
  WHERE "r2"."id" = $2::bigint
  AND ("r2"."account_id" = $3::bigint))
WHEN 'Attendance' THEN (
  SELECT '{"id":"Attendance_' || "r3"."id" || '"}'
  FROM "attendance" AS "r3"
  WHERE "r3"."id" = $2::bigint)
WHEN 'AuditEntry' THEN (
  SELECT '{"id":"AuditEntry_' || "r4"."id" || '"}'
  FROM "audit_entry" AS "r4"
  WHERE "r4"."id" = $2::bigint
  AND (("r4"."division_code" IS NULL
      OR "r4"."division_code" BETWEEN $4::text
      AND $5::text)
    AND EXISTS(
      SELECT 1
      FROM "role_grant" AS "held"
      WHERE "held"."account_id" = $3::bigint
      AND "held"."starts_at" <= $6::text
      AND ("held"."ends_at" IS NULL
        OR "held"."ends_at" > $6::text)
      AND "held"."division_code" <= $5::text
      AND "held"."last_code" >= $4::text
      AND "held"."role" = 'AUDITOR'
      AND (("held"."division_code" <= "r4"."division_code"
          AND "r4"."division_code" <= "held"."last_code")
        OR ("r4"."division_code" IS NULL
          AND "held"."division_code" BETWEEN $4::text
          AND $5::text
          AND EXISTS(
            SELECT 1
            FROM "division" AS "part"
            WHERE "part"."code" = "held"."division_code"
            AND "part"."level" IN ('CITY', 'PROVINCE')))))))
WHEN 'Claim' THEN (
  SELECT '{"id":"Claim_' || "r5"."id" || '"}'
  FROM "claim" AS "r5"
  WHERE "r5"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r5"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'Comment' THEN (
  SELECT '{"id":"Comment_' || "r6"."id" || '"}'
  FROM "comment" AS "r6"
  WHERE "r6"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r6"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'Committee' THEN (
  SELECT '{"id":"Committee_' || "r7"."id" || '"}'
  FROM "committee" AS "r7"
  WHERE "r7"."id" = $2::bigint)
WHEN 'ConductNorm' THEN (
  SELECT '{"id":"ConductNorm_' || "r8"."id" || '"}'
  FROM "conduct_norm" AS "r8"
  WHERE "r8"."id" = $2::bigint)
WHEN 'Division' THEN (
  SELECT '{"id":"Division_' || "r9"."id" || '"}'
  FROM "division" AS "r9"
  WHERE "r9"."id" = $2::bigint)
WHEN 'Evidence' THEN (
  SELECT '{"id":"Evidence_' || "r10"."id" || '"}'
  FROM "evidence" AS "r10"
  WHERE "r10"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r10"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'Issue' THEN (
  SELECT '{"id":"Issue_' || "r11"."id" || '"}'
  FROM "issue" AS "r11"
  WHERE "r11"."id" = $2::bigint
  AND ("r11"."number" IS NOT NULL
    OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
    OR ("r11"."division_code" BETWEEN $4::text
      AND $5::text
      AND "r11"."reporter_id" = $3::bigint)
    OR ("r11"."division_code" BETWEEN $7::text
      AND $8::text
      AND EXISTS(
        SELECT 1
        FROM "role_grant" AS "held"
        WHERE "held"."account_id" = $3::bigint
        AND "held"."starts_at" <= $6::text
        AND ("held"."ends_at" IS NULL
          OR "held"."ends_at" > $6::text)
        AND "held"."division_code" <= $5::text
        AND "held"."last_code" >= $4::text
        AND "r11"."division_code" BETWEEN $4::text
        AND $5::text
        AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
        AND "held"."division_code" <= "r11"."division_code"
        AND "r11"."division_code" <= "held"."last_code"))))
WHEN 'IssueRequest' THEN (
  SELECT '{"id":"IssueRequest_' || "r12"."id" || '"}'
  FROM "issue_request" AS "r12"
  WHERE "r12"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r12"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'LedgerEntry' THEN (
  SELECT '{"id":"LedgerEntry_' || "r13"."id" || '"}'
  FROM "ledger_entry" AS "r13"
  WHERE "r13"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r13"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'ListEdition' THEN (
  SELECT '{"id":"ListEdition_' || "r14"."id" || '"}'
  FROM "list_edition" AS "r14"
  WHERE "r14"."id" = $2::bigint)
WHEN 'Meeting' THEN (
  SELECT '{"id":"Meeting_' || "r15"."id" || '"}'
  FROM "meeting" AS "r15"
  WHERE "r15"."id" = $2::bigint)
WHEN 'MeetingDemand' THEN (
  SELECT '{"id":"MeetingDemand_' || "r16"."id" || '"}'
  FROM "meeting_demand" AS "r16"
  WHERE "r16"."id" = $2::bigint)
WHEN 'Member' THEN (
  SELECT '{"id":"Member_' || "r17"."id" || '"}'
  FROM "member" AS "r17"
  WHERE "r17"."id" = $2::bigint)
WHEN 'Need' THEN (
  SELECT '{"id":"Need_' || "r18"."id" || '"}'
  FROM "need" AS "r18"
  WHERE "r18"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r18"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("its"."division_code" BETWEEN $4::text
        AND $5::text
        AND "its"."reporter_id" = $3::bigint)
      OR ("its"."division_code" BETWEEN $7::text
        AND $8::text
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "its"."division_code" BETWEEN $4::text
          AND $5::text
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "its"."division_code"
          AND "its"."division_code" <= "held"."last_code")))))
WHEN 'Notice' THEN (
  SELECT '{"id":"Notice_' || "r19"."id" || '"}'
  FROM "notice" AS "r19"
  WHERE "r19"."id" = $2::bigint
  AND ("r19"."division_code" BETWEEN $4::text
    AND $5::text
    AND ("r19"."account_id" = $3::bigint
      OR ("r19"."account_id" IS NULL
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = $3::bigint
          AND "held"."starts_at" <= $6::text
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > $6::text)
          AND "held"."division_code" <= $5::text
          AND "held"."last_code" >= $4::text
          AND "held"."role" = "r19"."role"
          AND "held"."division_code" <= "r19"."office_code"
          AND "r19"."office_code" <= "held"."last_code"))
      OR EXISTS(
        SELECT 1
        FROM "role_grant" AS "held"
        WHERE "held"."account_id" = $3::bigint
        AND "held"."starts_at" <= $6::text
        AND ("held"."ends_at" IS NULL
          OR "held"."ends_at" > $6::text)
        AND "held"."division_code" <= $5::text
        AND "held"."last_code" >= $4::text
        AND "held"."role" IN ('STAFF', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'AUDITOR')
        AND "held"."division_code" <= "r19"."division_code"
        AND "r19"."division_code" <= "held"."last_code"))))
WHEN 'Organization' THEN (
  SELECT '{"id":"Organization_' || "r20"."id" || '"}'
  FROM "organization" AS "r20"
  WHERE "r20"."id" = $2::bigint)
WHEN 'Project' THEN (
  SELECT '{"id":"Project_' || "r21"."id" || '"}'
  FROM "project" AS "r21"
  WHERE "r21"."id" = $2::bigint)
WHEN 'ProjectMilestone' THEN (
  SELECT '{"id":"ProjectMilestone_' || "r22"."id" || '"}'
  FROM "project_milestone" AS "r22"
  WHERE "r22"."id" = $2::bigint)
WHEN 'Resident' THEN (
  SELECT '{"id":"Resident_' || "r23"."id" || '"}'
  FROM "account" AS "r23"
  WHERE "r23"."id" = $2::bigint
  AND ("r23"."id" = $3::bigint
    OR EXISTS(
      SELECT 1
      FROM "claim" AS "own_claim"
      WHERE ("own_claim"."account_id" = "r23"."id"))
    OR EXISTS(
      SELECT 1
      FROM "issue" AS "own_work"
      WHERE ("own_work"."handler_account_id" = "r23"."id"))))
WHEN 'Resolution' THEN (
  SELECT '{"id":"Resolution_' || "r24"."id" || '"}'
  FROM "resolution" AS "r24"
  WHERE "r24"."id" = $2::bigint)
WHEN 'Resource' THEN (
  SELECT '{"id":"Resource_' || "r25"."id" || '"}'
  FROM "resource" AS "r25"
  WHERE "r25"."id" = $2::bigint)
WHEN 'ResourceWindow' THEN (
  SELECT '{"id":"ResourceWindow_' || "r26"."id" || '"}'
  FROM "resource_window" AS "r26"
  WHERE "r26"."id" = $2::bigint)
WHEN 'RoleGrant' THEN (
  SELECT '{"id":"RoleGrant_' || "r27"."id" || '"}'
  FROM "role_grant" AS "r27"
  WHERE "r27"."id" = $2::bigint
  AND ("r27"."account_id" = $3::bigint
    OR "r27"."granted_by_id" = $3::bigint))
WHEN 'SlaRule' THEN (
  SELECT '{"id":"SlaRule_' || "r28"."id" || '"}'
  FROM "sla_rule" AS "r28"
  WHERE "r28"."id" = $2::bigint)
WHEN 'StatisticsSnapshot' THEN (
  SELECT '{"id":"StatisticsSnapshot_' || "r29"."id" || '"}'
  FROM "statistics_snapshot" AS "r29"
  WHERE "r29"."id" = $2::bigint)
WHEN 'VolunteerTeam' THEN (
  SELECT '{"id":"VolunteerTeam_' || "r30"."id" || '"}'
  FROM "volunteer_team" AS "r30"
  WHERE "r30"."id" = $2::bigint)
WHEN 'Vote' THEN (
  SELECT '{"id":"Vote_' || "r31"."id" || '"}'
  FROM "vote" AS "r31"
  WHERE "r31"."id" = $2::bigint) END;
