-- viewer
SELECT CAST(printf('{"name":%s,"grants":{"totalCount":', json_quote("r1"."name")) || (
    SELECT (
      SELECT COUNT(*)
      FROM "role_grant" AS "r2"
      WHERE ("r2"."account_id" = "r1"."id"
        AND "r2"."starts_at" <= ?2
        AND ("r2"."ends_at" IS NULL
          OR "r2"."ends_at" > ?2))
      AND ("r2"."account_id" = ?1
        OR "r2"."granted_by_id" = ?1)) || printf(',"nodes":[%s', COALESCE(group_concat(j0, ','), ''))
    FROM (
      SELECT printf('\n{"role":"%s","divisionCode":"%s","endsAt":%s}', "r2"."role", "r2"."division_code", json_quote("r2"."ends_at")) AS j0
      FROM "role_grant" AS "r2"
      WHERE ("r2"."account_id" = "r1"."id"
        AND "r2"."starts_at" <= ?2
        AND ("r2"."ends_at" IS NULL
          OR "r2"."ends_at" > ?2))
      AND ("r2"."account_id" = ?1
        OR "r2"."granted_by_id" = ?1)
      ORDER BY "r2"."id" ASC
      LIMIT 20) AS p) || ']}}' AS BLOB)
FROM "account" AS "r1"
WHERE ("r1"."id" = ?1)
AND ("r1"."id" = ?1);

-- node
SELECT CAST(CASE ?1
  WHEN 'AgendaItem' THEN (
    SELECT printf('{"id":"AgendaItem_%s"}', "r1"."id")
    FROM "agenda_item" AS "r1"
    WHERE "r1"."id" = ?2)
  WHEN 'ApiToken' THEN (
    SELECT printf('{"id":"ApiToken_%s"}', "r2"."id")
    FROM "api_token" AS "r2"
    WHERE "r2"."id" = ?2
    AND ("r2"."account_id" = ?3))
  WHEN 'Attendance' THEN (
    SELECT printf('{"id":"Attendance_%s"}', "r3"."id")
    FROM "attendance" AS "r3"
    WHERE "r3"."id" = ?2)
  WHEN 'AuditEntry' THEN (
    SELECT printf('{"id":"AuditEntry_%s"}', "r4"."id")
    FROM "audit_entry" AS "r4"
    WHERE "r4"."id" = ?2
    AND (("r4"."division_code" IS NULL
        OR "r4"."division_code" BETWEEN ?4
        AND ?5)
      AND EXISTS(
        SELECT 1
        FROM "role_grant" AS "held"
        WHERE "held"."account_id" = ?3
        AND "held"."starts_at" <= ?6
        AND ("held"."ends_at" IS NULL
          OR "held"."ends_at" > ?6)
        AND "held"."division_code" <= ?5
        AND "held"."last_code" >= ?4
        AND "held"."role" = 'AUDITOR'
        AND (("held"."division_code" <= "r4"."division_code"
            AND "r4"."division_code" <= "held"."last_code")
          OR ("r4"."division_code" IS NULL
            AND "held"."division_code" BETWEEN ?4
            AND ?5
            AND EXISTS(
              SELECT 1
              FROM "division" AS "part"
              WHERE "part"."code" = "held"."division_code"
              AND "part"."level" IN ('CITY', 'PROVINCE')))))))
  WHEN 'Claim' THEN (
    SELECT printf('{"id":"Claim_%s"}', "r5"."id")
    FROM "claim" AS "r5"
    WHERE "r5"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r5"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'Comment' THEN (
    SELECT printf('{"id":"Comment_%s"}', "r6"."id")
    FROM "comment" AS "r6"
    WHERE "r6"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r6"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'Committee' THEN (
    SELECT printf('{"id":"Committee_%s"}', "r7"."id")
    FROM "committee" AS "r7"
    WHERE "r7"."id" = ?2)
  WHEN 'ConductNorm' THEN (
    SELECT printf('{"id":"ConductNorm_%s"}', "r8"."id")
    FROM "conduct_norm" AS "r8"
    WHERE "r8"."id" = ?2)
  WHEN 'Division' THEN (
    SELECT printf('{"id":"Division_%s"}', "r9"."id")
    FROM "division" AS "r9"
    WHERE "r9"."id" = ?2)
  WHEN 'Evidence' THEN (
    SELECT printf('{"id":"Evidence_%s"}', "r10"."id")
    FROM "evidence" AS "r10"
    WHERE "r10"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r10"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'Issue' THEN (
    SELECT printf('{"id":"Issue_%s"}', "r11"."id")
    FROM "issue" AS "r11"
    WHERE "r11"."id" = ?2
    AND ("r11"."number" IS NOT NULL
      OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
      OR ("r11"."division_code" BETWEEN ?4
        AND ?5
        AND "r11"."reporter_id" = ?3)
      OR ("r11"."division_code" BETWEEN ?7
        AND ?8
        AND EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = ?3
          AND "held"."starts_at" <= ?6
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > ?6)
          AND "held"."division_code" <= ?5
          AND "held"."last_code" >= ?4
          AND "r11"."division_code" BETWEEN ?4
          AND ?5
          AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
          AND "held"."division_code" <= "r11"."division_code"
          AND "r11"."division_code" <= "held"."last_code"))))
  WHEN 'IssueRequest' THEN (
    SELECT printf('{"id":"IssueRequest_%s"}', "r12"."id")
    FROM "issue_request" AS "r12"
    WHERE "r12"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r12"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'LedgerEntry' THEN (
    SELECT printf('{"id":"LedgerEntry_%s"}', "r13"."id")
    FROM "ledger_entry" AS "r13"
    WHERE "r13"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r13"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'ListEdition' THEN (
    SELECT printf('{"id":"ListEdition_%s"}', "r14"."id")
    FROM "list_edition" AS "r14"
    WHERE "r14"."id" = ?2)
  WHEN 'Meeting' THEN (
    SELECT printf('{"id":"Meeting_%s"}', "r15"."id")
    FROM "meeting" AS "r15"
    WHERE "r15"."id" = ?2)
  WHEN 'MeetingDemand' THEN (
    SELECT printf('{"id":"MeetingDemand_%s"}', "r16"."id")
    FROM "meeting_demand" AS "r16"
    WHERE "r16"."id" = ?2)
  WHEN 'Member' THEN (
    SELECT printf('{"id":"Member_%s"}', "r17"."id")
    FROM "member" AS "r17"
    WHERE "r17"."id" = ?2)
  WHEN 'Need' THEN (
    SELECT printf('{"id":"Need_%s"}', "r18"."id")
    FROM "need" AS "r18"
    WHERE "r18"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r18"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')
        OR ("its"."division_code" BETWEEN ?4
          AND ?5
          AND "its"."reporter_id" = ?3)
        OR ("its"."division_code" BETWEEN ?7
          AND ?8
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "its"."division_code" BETWEEN ?4
            AND ?5
            AND "held"."role" IN ('MEMBER', 'DEPUTY_DIRECTOR', 'DIRECTOR', 'STAFF', 'GRID_WORKER', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'LEADER', 'AUDITOR', 'SYSTEM')
            AND "held"."division_code" <= "its"."division_code"
            AND "its"."division_code" <= "held"."last_code")))))
  WHEN 'Notice' THEN (
    SELECT printf('{"id":"Notice_%s"}', "r19"."id")
    FROM "notice" AS "r19"
    WHERE "r19"."id" = ?2
    AND ("r19"."division_code" BETWEEN ?4
      AND ?5
      AND ("r19"."account_id" = ?3
        OR ("r19"."account_id" IS NULL
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "held"
            WHERE "held"."account_id" = ?3
            AND "held"."starts_at" <= ?6
            AND ("held"."ends_at" IS NULL
              OR "held"."ends_at" > ?6)
            AND "held"."division_code" <= ?5
            AND "held"."last_code" >= ?4
            AND "held"."role" = "r19"."role"
            AND "held"."division_code" <= "r19"."office_code"
            AND "r19"."office_code" <= "held"."last_code"))
        OR EXISTS(
          SELECT 1
          FROM "role_grant" AS "held"
          WHERE "held"."account_id" = ?3
          AND "held"."starts_at" <= ?6
          AND ("held"."ends_at" IS NULL
            OR "held"."ends_at" > ?6)
          AND "held"."division_code" <= ?5
          AND "held"."last_code" >= ?4
          AND "held"."role" IN ('STAFF', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'AUDITOR')
          AND "held"."division_code" <= "r19"."division_code"
          AND "r19"."division_code" <= "held"."last_code"))))
  WHEN 'Organization' THEN (
    SELECT printf('{"id":"Organization_%s"}', "r20"."id")
    FROM "organization" AS "r20"
    WHERE "r20"."id" = ?2)
  WHEN 'Project' THEN (
    SELECT printf('{"id":"Project_%s"}', "r21"."id")
    FROM "project" AS "r21"
    WHERE "r21"."id" = ?2)
  WHEN 'ProjectMilestone' THEN (
    SELECT printf('{"id":"ProjectMilestone_%s"}', "r22"."id")
    FROM "project_milestone" AS "r22"
    WHERE "r22"."id" = ?2)
  WHEN 'Resident' THEN (
    SELECT printf('{"id":"Resident_%s"}', "r23"."id")
    FROM "account" AS "r23"
    WHERE "r23"."id" = ?2
    AND ("r23"."id" = ?3
      OR EXISTS(
        SELECT 1
        FROM "claim" AS "own_claim"
        WHERE ("own_claim"."account_id" = "r23"."id"))
      OR EXISTS(
        SELECT 1
        FROM "issue" AS "own_work"
        WHERE ("own_work"."handler_account_id" = "r23"."id"))))
  WHEN 'Resolution' THEN (
    SELECT printf('{"id":"Resolution_%s"}', "r24"."id")
    FROM "resolution" AS "r24"
    WHERE "r24"."id" = ?2)
  WHEN 'Resource' THEN (
    SELECT printf('{"id":"Resource_%s"}', "r25"."id")
    FROM "resource" AS "r25"
    WHERE "r25"."id" = ?2)
  WHEN 'ResourceWindow' THEN (
    SELECT printf('{"id":"ResourceWindow_%s"}', "r26"."id")
    FROM "resource_window" AS "r26"
    WHERE "r26"."id" = ?2)
  WHEN 'RoleGrant' THEN (
    SELECT printf('{"id":"RoleGrant_%s"}', "r27"."id")
    FROM "role_grant" AS "r27"
    WHERE "r27"."id" = ?2
    AND ("r27"."account_id" = ?3
      OR "r27"."granted_by_id" = ?3))
  WHEN 'SlaRule' THEN (
    SELECT printf('{"id":"SlaRule_%s"}', "r28"."id")
    FROM "sla_rule" AS "r28"
    WHERE "r28"."id" = ?2)
  WHEN 'StatisticsSnapshot' THEN (
    SELECT printf('{"id":"StatisticsSnapshot_%s"}', "r29"."id")
    FROM "statistics_snapshot" AS "r29"
    WHERE "r29"."id" = ?2)
  WHEN 'VolunteerTeam' THEN (
    SELECT printf('{"id":"VolunteerTeam_%s"}', "r30"."id")
    FROM "volunteer_team" AS "r30"
    WHERE "r30"."id" = ?2)
  WHEN 'Vote' THEN (
    SELECT printf('{"id":"Vote_%s"}', "r31"."id")
    FROM "vote" AS "r31"
    WHERE "r31"."id" = ?2) END AS BLOB);
