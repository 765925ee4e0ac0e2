-- node
SELECT CAST(CASE ?1
  WHEN 'AgendaItem' THEN (
    SELECT printf('{"__typename":"AgendaItem","id":"AgendaItem_%s"}', "r1"."id")
    FROM "agenda_item" AS "r1"
    WHERE "r1"."id" = ?2)
  WHEN 'ApiToken' THEN (
    SELECT printf('{"__typename":"ApiToken","id":"ApiToken_%s"}', "r2"."id")
    FROM "api_token" AS "r2"
    WHERE "r2"."id" = ?2
    AND ("r2"."account_id" = ?3))
  WHEN 'Attendance' THEN (
    SELECT printf('{"__typename":"Attendance","id":"Attendance_%s"}', "r3"."id")
    FROM "attendance" AS "r3"
    WHERE "r3"."id" = ?2)
  WHEN 'AuditEntry' THEN (
    SELECT printf('{"__typename":"AuditEntry","id":"AuditEntry_%s"}', "r4"."id")
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
    SELECT printf('{"__typename":"Claim","id":"Claim_%s"}', "r5"."id")
    FROM "claim" AS "r5"
    WHERE "r5"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r5"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'Comment' THEN (
    SELECT printf('{"__typename":"Comment","id":"Comment_%s"}', "r6"."id")
    FROM "comment" AS "r6"
    WHERE "r6"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r6"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'Committee' THEN (
    SELECT printf('{"__typename":"Committee","id":"Committee_%s","name":%s}', "r7"."id", json_quote("r7"."name"))
    FROM "committee" AS "r7"
    WHERE "r7"."id" = ?2)
  WHEN 'ConductNorm' THEN (
    SELECT printf('{"__typename":"ConductNorm","id":"ConductNorm_%s"}', "r8"."id")
    FROM "conduct_norm" AS "r8"
    WHERE "r8"."id" = ?2)
  WHEN 'Division' THEN (
    SELECT printf('{"__typename":"Division","id":"Division_%s"}', "r9"."id")
    FROM "division" AS "r9"
    WHERE "r9"."id" = ?2)
  WHEN 'Evidence' THEN (
    SELECT printf('{"__typename":"Evidence","id":"Evidence_%s"}', "r10"."id")
    FROM "evidence" AS "r10"
    WHERE "r10"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r10"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'Issue' THEN (
    SELECT printf('{"__typename":"Issue","id":"Issue_%s"}', "r11"."id")
    FROM "issue" AS "r11"
    WHERE "r11"."id" = ?2
    AND ("r11"."number" IS NOT NULL
      OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
  WHEN 'IssueRequest' THEN (
    SELECT printf('{"__typename":"IssueRequest","id":"IssueRequest_%s"}', "r12"."id")
    FROM "issue_request" AS "r12"
    WHERE "r12"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r12"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'LedgerEntry' THEN (
    SELECT printf('{"__typename":"LedgerEntry","id":"LedgerEntry_%s"}', "r13"."id")
    FROM "ledger_entry" AS "r13"
    WHERE "r13"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r13"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'ListEdition' THEN (
    SELECT printf('{"__typename":"ListEdition","id":"ListEdition_%s"}', "r14"."id")
    FROM "list_edition" AS "r14"
    WHERE "r14"."id" = ?2)
  WHEN 'Meeting' THEN (
    SELECT printf('{"__typename":"Meeting","id":"Meeting_%s"}', "r15"."id")
    FROM "meeting" AS "r15"
    WHERE "r15"."id" = ?2)
  WHEN 'MeetingDemand' THEN (
    SELECT printf('{"__typename":"MeetingDemand","id":"MeetingDemand_%s"}', "r16"."id")
    FROM "meeting_demand" AS "r16"
    WHERE "r16"."id" = ?2)
  WHEN 'Member' THEN (
    SELECT printf('{"__typename":"Member","id":"Member_%s"}', "r17"."id")
    FROM "member" AS "r17"
    WHERE "r17"."id" = ?2)
  WHEN 'Need' THEN (
    SELECT printf('{"__typename":"Need","id":"Need_%s"}', "r18"."id")
    FROM "need" AS "r18"
    WHERE "r18"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "issue" AS "its"
      WHERE "its"."id" = "r18"."issue_id"
      AND ("its"."number" IS NOT NULL
        OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
  WHEN 'Notice' THEN (
    SELECT printf('{"__typename":"Notice","id":"Notice_%s"}', "r19"."id")
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
    SELECT printf('{"__typename":"Organization","id":"Organization_%s"}', "r20"."id")
    FROM "organization" AS "r20"
    WHERE "r20"."id" = ?2)
  WHEN 'Project' THEN (
    SELECT printf('{"__typename":"Project","id":"Project_%s"}', "r21"."id")
    FROM "project" AS "r21"
    WHERE "r21"."id" = ?2)
  WHEN 'ProjectMilestone' THEN (
    SELECT printf('{"__typename":"ProjectMilestone","id":"ProjectMilestone_%s"}', "r22"."id")
    FROM "project_milestone" AS "r22"
    WHERE "r22"."id" = ?2)
  WHEN 'Resident' THEN (
    SELECT printf('{"__typename":"Resident","id":"Resident_%s"}', "r23"."id")
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
    SELECT printf('{"__typename":"Resolution","id":"Resolution_%s"}', "r24"."id")
    FROM "resolution" AS "r24"
    WHERE "r24"."id" = ?2)
  WHEN 'Resource' THEN (
    SELECT printf('{"__typename":"Resource","id":"Resource_%s"}', "r25"."id")
    FROM "resource" AS "r25"
    WHERE "r25"."id" = ?2)
  WHEN 'ResourceWindow' THEN (
    SELECT printf('{"__typename":"ResourceWindow","id":"ResourceWindow_%s"}', "r26"."id")
    FROM "resource_window" AS "r26"
    WHERE "r26"."id" = ?2)
  WHEN 'RoleGrant' THEN (
    SELECT printf('{"__typename":"RoleGrant","id":"RoleGrant_%s"}', "r27"."id")
    FROM "role_grant" AS "r27"
    WHERE "r27"."id" = ?2
    AND ("r27"."account_id" = ?3
      OR "r27"."granted_by_id" = ?3))
  WHEN 'SlaRule' THEN (
    SELECT printf('{"__typename":"SlaRule","id":"SlaRule_%s"}', "r28"."id")
    FROM "sla_rule" AS "r28"
    WHERE "r28"."id" = ?2)
  WHEN 'StatisticsSnapshot' THEN (
    SELECT printf('{"__typename":"StatisticsSnapshot","id":"StatisticsSnapshot_%s"}', "r29"."id")
    FROM "statistics_snapshot" AS "r29"
    WHERE "r29"."id" = ?2)
  WHEN 'VolunteerTeam' THEN (
    SELECT printf('{"__typename":"VolunteerTeam","id":"VolunteerTeam_%s"}', "r30"."id")
    FROM "volunteer_team" AS "r30"
    WHERE "r30"."id" = ?2)
  WHEN 'Vote' THEN (
    SELECT printf('{"__typename":"Vote","id":"Vote_%s"}', "r31"."id")
    FROM "vote" AS "r31"
    WHERE "r31"."id" = ?2) END AS BLOB);

-- nodes
SELECT CAST(printf('[%s]', COALESCE(group_concat(j, ','), '')) AS BLOB)
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'AgendaItem' THEN (
      SELECT printf('\n{"id":"AgendaItem_%s"}', "r1"."id")
      FROM "agenda_item" AS "r1"
      WHERE "r1"."id" = n.row_id)
    WHEN 'ApiToken' THEN (
      SELECT printf('\n{"id":"ApiToken_%s"}', "r2"."id")
      FROM "api_token" AS "r2"
      WHERE "r2"."id" = n.row_id
      AND ("r2"."account_id" = ?3))
    WHEN 'Attendance' THEN (
      SELECT printf('\n{"id":"Attendance_%s"}', "r3"."id")
      FROM "attendance" AS "r3"
      WHERE "r3"."id" = n.row_id)
    WHEN 'AuditEntry' THEN (
      SELECT printf('\n{"id":"AuditEntry_%s"}', "r4"."id")
      FROM "audit_entry" AS "r4"
      WHERE "r4"."id" = n.row_id
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
      SELECT printf('\n{"id":"Claim_%s"}', "r5"."id")
      FROM "claim" AS "r5"
      WHERE "r5"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r5"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Comment' THEN (
      SELECT printf('\n{"id":"Comment_%s"}', "r6"."id")
      FROM "comment" AS "r6"
      WHERE "r6"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r6"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Committee' THEN (
      SELECT printf('\n{"id":"Committee_%s"}', "r7"."id")
      FROM "committee" AS "r7"
      WHERE "r7"."id" = n.row_id)
    WHEN 'ConductNorm' THEN (
      SELECT printf('\n{"id":"ConductNorm_%s"}', "r8"."id")
      FROM "conduct_norm" AS "r8"
      WHERE "r8"."id" = n.row_id)
    WHEN 'Division' THEN (
      SELECT printf('\n{"id":"Division_%s"}', "r9"."id")
      FROM "division" AS "r9"
      WHERE "r9"."id" = n.row_id)
    WHEN 'Evidence' THEN (
      SELECT printf('\n{"id":"Evidence_%s"}', "r10"."id")
      FROM "evidence" AS "r10"
      WHERE "r10"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r10"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Issue' THEN (
      SELECT printf('\n{"id":"Issue_%s","title":%s}', "r11"."id", json_quote("r11"."title"))
      FROM "issue" AS "r11"
      WHERE "r11"."id" = n.row_id
      AND ("r11"."number" IS NOT NULL
        OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
    WHEN 'IssueRequest' THEN (
      SELECT printf('\n{"id":"IssueRequest_%s"}', "r12"."id")
      FROM "issue_request" AS "r12"
      WHERE "r12"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r12"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'LedgerEntry' THEN (
      SELECT printf('\n{"id":"LedgerEntry_%s"}', "r13"."id")
      FROM "ledger_entry" AS "r13"
      WHERE "r13"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r13"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'ListEdition' THEN (
      SELECT printf('\n{"id":"ListEdition_%s"}', "r14"."id")
      FROM "list_edition" AS "r14"
      WHERE "r14"."id" = n.row_id)
    WHEN 'Meeting' THEN (
      SELECT printf('\n{"id":"Meeting_%s"}', "r15"."id")
      FROM "meeting" AS "r15"
      WHERE "r15"."id" = n.row_id)
    WHEN 'MeetingDemand' THEN (
      SELECT printf('\n{"id":"MeetingDemand_%s"}', "r16"."id")
      FROM "meeting_demand" AS "r16"
      WHERE "r16"."id" = n.row_id)
    WHEN 'Member' THEN (
      SELECT printf('\n{"id":"Member_%s","name":%s,"phone":%s}', "r17"."id", json_quote("r17"."name"), json_quote(CASE
          WHEN ("r17"."division_code" BETWEEN ?4
            AND ?5
            AND "r17"."account_id" = ?3) THEN "r17"."phone"
          ELSE CASE
          WHEN ("r17"."phone" IS NOT NULL) THEN CASE
          WHEN (LENGTH("r17"."phone") < 11) THEN '****'
          ELSE ((SUBSTR("r17"."phone", 1, 3) || '****') || SUBSTR("r17"."phone", 8)) END END END))
      FROM "member" AS "r17"
      WHERE "r17"."id" = n.row_id)
    WHEN 'Need' THEN (
      SELECT printf('\n{"id":"Need_%s"}', "r18"."id")
      FROM "need" AS "r18"
      WHERE "r18"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r18"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Notice' THEN (
      SELECT printf('\n{"id":"Notice_%s"}', "r19"."id")
      FROM "notice" AS "r19"
      WHERE "r19"."id" = n.row_id
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
      SELECT printf('\n{"id":"Organization_%s"}', "r20"."id")
      FROM "organization" AS "r20"
      WHERE "r20"."id" = n.row_id)
    WHEN 'Project' THEN (
      SELECT printf('\n{"id":"Project_%s"}', "r21"."id")
      FROM "project" AS "r21"
      WHERE "r21"."id" = n.row_id)
    WHEN 'ProjectMilestone' THEN (
      SELECT printf('\n{"id":"ProjectMilestone_%s"}', "r22"."id")
      FROM "project_milestone" AS "r22"
      WHERE "r22"."id" = n.row_id)
    WHEN 'Resident' THEN (
      SELECT printf('\n{"id":"Resident_%s"}', "r23"."id")
      FROM "account" AS "r23"
      WHERE "r23"."id" = n.row_id
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
      SELECT printf('\n{"id":"Resolution_%s"}', "r24"."id")
      FROM "resolution" AS "r24"
      WHERE "r24"."id" = n.row_id)
    WHEN 'Resource' THEN (
      SELECT printf('\n{"id":"Resource_%s"}', "r25"."id")
      FROM "resource" AS "r25"
      WHERE "r25"."id" = n.row_id)
    WHEN 'ResourceWindow' THEN (
      SELECT printf('\n{"id":"ResourceWindow_%s"}', "r26"."id")
      FROM "resource_window" AS "r26"
      WHERE "r26"."id" = n.row_id)
    WHEN 'RoleGrant' THEN (
      SELECT printf('\n{"id":"RoleGrant_%s"}', "r27"."id")
      FROM "role_grant" AS "r27"
      WHERE "r27"."id" = n.row_id
      AND ("r27"."account_id" = ?3
        OR "r27"."granted_by_id" = ?3))
    WHEN 'SlaRule' THEN (
      SELECT printf('\n{"id":"SlaRule_%s"}', "r28"."id")
      FROM "sla_rule" AS "r28"
      WHERE "r28"."id" = n.row_id)
    WHEN 'StatisticsSnapshot' THEN (
      SELECT printf('\n{"id":"StatisticsSnapshot_%s"}', "r29"."id")
      FROM "statistics_snapshot" AS "r29"
      WHERE "r29"."id" = n.row_id)
    WHEN 'VolunteerTeam' THEN (
      SELECT printf('\n{"id":"VolunteerTeam_%s"}', "r30"."id")
      FROM "volunteer_team" AS "r30"
      WHERE "r30"."id" = n.row_id)
    WHEN 'Vote' THEN (
      SELECT printf('\n{"id":"Vote_%s"}', "r31"."id")
      FROM "vote" AS "r31"
      WHERE "r31"."id" = n.row_id) END, 'null') AS j
  FROM (
    SELECT a.value AS type, b.value AS row_id, a.key AS position
    FROM json_each(?1) AS a
    JOIN json_each(?2) AS b ON b.key = a.key) AS n
  ORDER BY n.position) AS p;
