-- node
SELECT CASE $1::text
WHEN 'AgendaItem' THEN (
  SELECT '{"__typename":"AgendaItem","id":"AgendaItem_' || "r1"."id" || '"}'
  FROM "agenda_item" AS "r1"
  WHERE "r1"."id" = $2::bigint)
WHEN 'ApiToken' THEN (
  SELECT '{"__typename":"ApiToken","id":"ApiToken_' || "r2"."id" || '"}'
  FROM "api_token" AS "r2"
  WHERE "r2"."id" = $2::bigint
  AND ("r2"."account_id" = $3::bigint))
WHEN 'Attendance' THEN (
  SELECT '{"__typename":"Attendance","id":"Attendance_' || "r3"."id" || '"}'
  FROM "attendance" AS "r3"
  WHERE "r3"."id" = $2::bigint)
WHEN 'AuditEntry' THEN (
  SELECT '{"__typename":"AuditEntry","id":"AuditEntry_' || "r4"."id" || '"}'
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
  SELECT '{"__typename":"Claim","id":"Claim_' || "r5"."id" || '"}'
  FROM "claim" AS "r5"
  WHERE "r5"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r5"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'Comment' THEN (
  SELECT '{"__typename":"Comment","id":"Comment_' || "r6"."id" || '"}'
  FROM "comment" AS "r6"
  WHERE "r6"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r6"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'Committee' THEN (
  SELECT '{"__typename":"Committee","id":"Committee_' || "r7"."id" || '","name":"' || (replace(replace("r7"."name", '\', '\\'), '"', '\"')) || '"}'
  FROM "committee" AS "r7"
  WHERE "r7"."id" = $2::bigint)
WHEN 'ConductNorm' THEN (
  SELECT '{"__typename":"ConductNorm","id":"ConductNorm_' || "r8"."id" || '"}'
  FROM "conduct_norm" AS "r8"
  WHERE "r8"."id" = $2::bigint)
WHEN 'Division' THEN (
  SELECT '{"__typename":"Division","id":"Division_' || "r9"."id" || '"}'
  FROM "division" AS "r9"
  WHERE "r9"."id" = $2::bigint)
WHEN 'Evidence' THEN (
  SELECT '{"__typename":"Evidence","id":"Evidence_' || "r10"."id" || '"}'
  FROM "evidence" AS "r10"
  WHERE "r10"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r10"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'Issue' THEN (
  SELECT '{"__typename":"Issue","id":"Issue_' || "r11"."id" || '"}'
  FROM "issue" AS "r11"
  WHERE "r11"."id" = $2::bigint
  AND ("r11"."number" IS NOT NULL
    OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
WHEN 'IssueRequest' THEN (
  SELECT '{"__typename":"IssueRequest","id":"IssueRequest_' || "r12"."id" || '"}'
  FROM "issue_request" AS "r12"
  WHERE "r12"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r12"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'LedgerEntry' THEN (
  SELECT '{"__typename":"LedgerEntry","id":"LedgerEntry_' || "r13"."id" || '"}'
  FROM "ledger_entry" AS "r13"
  WHERE "r13"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r13"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'ListEdition' THEN (
  SELECT '{"__typename":"ListEdition","id":"ListEdition_' || "r14"."id" || '"}'
  FROM "list_edition" AS "r14"
  WHERE "r14"."id" = $2::bigint)
WHEN 'Meeting' THEN (
  SELECT '{"__typename":"Meeting","id":"Meeting_' || "r15"."id" || '"}'
  FROM "meeting" AS "r15"
  WHERE "r15"."id" = $2::bigint)
WHEN 'MeetingDemand' THEN (
  SELECT '{"__typename":"MeetingDemand","id":"MeetingDemand_' || "r16"."id" || '"}'
  FROM "meeting_demand" AS "r16"
  WHERE "r16"."id" = $2::bigint)
WHEN 'Member' THEN (
  SELECT '{"__typename":"Member","id":"Member_' || "r17"."id" || '"}'
  FROM "member" AS "r17"
  WHERE "r17"."id" = $2::bigint)
WHEN 'Need' THEN (
  SELECT '{"__typename":"Need","id":"Need_' || "r18"."id" || '"}'
  FROM "need" AS "r18"
  WHERE "r18"."id" = $2::bigint
  AND EXISTS(
    SELECT 1
    FROM "issue" AS "its"
    WHERE "its"."id" = "r18"."issue_id"
    AND ("its"."number" IS NOT NULL
      OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
WHEN 'Notice' THEN (
  SELECT '{"__typename":"Notice","id":"Notice_' || "r19"."id" || '"}'
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
  SELECT '{"__typename":"Organization","id":"Organization_' || "r20"."id" || '"}'
  FROM "organization" AS "r20"
  WHERE "r20"."id" = $2::bigint)
WHEN 'Project' THEN (
  SELECT '{"__typename":"Project","id":"Project_' || "r21"."id" || '"}'
  FROM "project" AS "r21"
  WHERE "r21"."id" = $2::bigint)
WHEN 'ProjectMilestone' THEN (
  SELECT '{"__typename":"ProjectMilestone","id":"ProjectMilestone_' || "r22"."id" || '"}'
  FROM "project_milestone" AS "r22"
  WHERE "r22"."id" = $2::bigint)
WHEN 'Resident' THEN (
  SELECT '{"__typename":"Resident","id":"Resident_' || "r23"."id" || '"}'
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
  SELECT '{"__typename":"Resolution","id":"Resolution_' || "r24"."id" || '"}'
  FROM "resolution" AS "r24"
  WHERE "r24"."id" = $2::bigint)
WHEN 'Resource' THEN (
  SELECT '{"__typename":"Resource","id":"Resource_' || "r25"."id" || '"}'
  FROM "resource" AS "r25"
  WHERE "r25"."id" = $2::bigint)
WHEN 'ResourceWindow' THEN (
  SELECT '{"__typename":"ResourceWindow","id":"ResourceWindow_' || "r26"."id" || '"}'
  FROM "resource_window" AS "r26"
  WHERE "r26"."id" = $2::bigint)
WHEN 'RoleGrant' THEN (
  SELECT '{"__typename":"RoleGrant","id":"RoleGrant_' || "r27"."id" || '"}'
  FROM "role_grant" AS "r27"
  WHERE "r27"."id" = $2::bigint
  AND ("r27"."account_id" = $3::bigint
    OR "r27"."granted_by_id" = $3::bigint))
WHEN 'SlaRule' THEN (
  SELECT '{"__typename":"SlaRule","id":"SlaRule_' || "r28"."id" || '"}'
  FROM "sla_rule" AS "r28"
  WHERE "r28"."id" = $2::bigint)
WHEN 'StatisticsSnapshot' THEN (
  SELECT '{"__typename":"StatisticsSnapshot","id":"StatisticsSnapshot_' || "r29"."id" || '"}'
  FROM "statistics_snapshot" AS "r29"
  WHERE "r29"."id" = $2::bigint)
WHEN 'VolunteerTeam' THEN (
  SELECT '{"__typename":"VolunteerTeam","id":"VolunteerTeam_' || "r30"."id" || '"}'
  FROM "volunteer_team" AS "r30"
  WHERE "r30"."id" = $2::bigint)
WHEN 'Vote' THEN (
  SELECT '{"__typename":"Vote","id":"Vote_' || "r31"."id" || '"}'
  FROM "vote" AS "r31"
  WHERE "r31"."id" = $2::bigint) END;

-- nodes
SELECT '[' || (COALESCE(string_agg(j, ','), '')) || ']'
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'AgendaItem' THEN (
      SELECT '\n{"id":"AgendaItem_' || "r1"."id" || '"}'
      FROM "agenda_item" AS "r1"
      WHERE "r1"."id" = n.row_id)
    WHEN 'ApiToken' THEN (
      SELECT '\n{"id":"ApiToken_' || "r2"."id" || '"}'
      FROM "api_token" AS "r2"
      WHERE "r2"."id" = n.row_id
      AND ("r2"."account_id" = $3::bigint))
    WHEN 'Attendance' THEN (
      SELECT '\n{"id":"Attendance_' || "r3"."id" || '"}'
      FROM "attendance" AS "r3"
      WHERE "r3"."id" = n.row_id)
    WHEN 'AuditEntry' THEN (
      SELECT '\n{"id":"AuditEntry_' || "r4"."id" || '"}'
      FROM "audit_entry" AS "r4"
      WHERE "r4"."id" = n.row_id
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
      SELECT '\n{"id":"Claim_' || "r5"."id" || '"}'
      FROM "claim" AS "r5"
      WHERE "r5"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r5"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Comment' THEN (
      SELECT '\n{"id":"Comment_' || "r6"."id" || '"}'
      FROM "comment" AS "r6"
      WHERE "r6"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r6"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Committee' THEN (
      SELECT '\n{"id":"Committee_' || "r7"."id" || '"}'
      FROM "committee" AS "r7"
      WHERE "r7"."id" = n.row_id)
    WHEN 'ConductNorm' THEN (
      SELECT '\n{"id":"ConductNorm_' || "r8"."id" || '"}'
      FROM "conduct_norm" AS "r8"
      WHERE "r8"."id" = n.row_id)
    WHEN 'Division' THEN (
      SELECT '\n{"id":"Division_' || "r9"."id" || '"}'
      FROM "division" AS "r9"
      WHERE "r9"."id" = n.row_id)
    WHEN 'Evidence' THEN (
      SELECT '\n{"id":"Evidence_' || "r10"."id" || '"}'
      FROM "evidence" AS "r10"
      WHERE "r10"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r10"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Issue' THEN (
      SELECT '\n{"id":"Issue_' || "r11"."id" || '","title":"' || (replace(replace("r11"."title", '\', '\\'), '"', '\"')) || '"}'
      FROM "issue" AS "r11"
      WHERE "r11"."id" = n.row_id
      AND ("r11"."number" IS NOT NULL
        OR "r11"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED')))
    WHEN 'IssueRequest' THEN (
      SELECT '\n{"id":"IssueRequest_' || "r12"."id" || '"}'
      FROM "issue_request" AS "r12"
      WHERE "r12"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r12"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'LedgerEntry' THEN (
      SELECT '\n{"id":"LedgerEntry_' || "r13"."id" || '"}'
      FROM "ledger_entry" AS "r13"
      WHERE "r13"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r13"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'ListEdition' THEN (
      SELECT '\n{"id":"ListEdition_' || "r14"."id" || '"}'
      FROM "list_edition" AS "r14"
      WHERE "r14"."id" = n.row_id)
    WHEN 'Meeting' THEN (
      SELECT '\n{"id":"Meeting_' || "r15"."id" || '"}'
      FROM "meeting" AS "r15"
      WHERE "r15"."id" = n.row_id)
    WHEN 'MeetingDemand' THEN (
      SELECT '\n{"id":"MeetingDemand_' || "r16"."id" || '"}'
      FROM "meeting_demand" AS "r16"
      WHERE "r16"."id" = n.row_id)
    WHEN 'Member' THEN (
      SELECT '\n{"id":"Member_' || "r17"."id" || '","name":"' || (replace(replace("r17"."name", '\', '\\'), '"', '\"')) || '","phone":' || (COALESCE('"' || CASE
          WHEN ("r17"."division_code" BETWEEN $4::text
            AND $5::text
            AND "r17"."account_id" = $3::bigint) THEN "r17"."phone"
          ELSE CASE
          WHEN ("r17"."phone" IS NOT NULL) THEN CASE
          WHEN (LENGTH("r17"."phone") < 11) THEN '****'
          ELSE ((SUBSTR("r17"."phone", 1, 3) || '****') || SUBSTR("r17"."phone", 8)) END END END || '"', 'null')) || '}'
      FROM "member" AS "r17"
      WHERE "r17"."id" = n.row_id)
    WHEN 'Need' THEN (
      SELECT '\n{"id":"Need_' || "r18"."id" || '"}'
      FROM "need" AS "r18"
      WHERE "r18"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "issue" AS "its"
        WHERE "its"."id" = "r18"."issue_id"
        AND ("its"."number" IS NOT NULL
          OR "its"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))))
    WHEN 'Notice' THEN (
      SELECT '\n{"id":"Notice_' || "r19"."id" || '"}'
      FROM "notice" AS "r19"
      WHERE "r19"."id" = n.row_id
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
      SELECT '\n{"id":"Organization_' || "r20"."id" || '"}'
      FROM "organization" AS "r20"
      WHERE "r20"."id" = n.row_id)
    WHEN 'Project' THEN (
      SELECT '\n{"id":"Project_' || "r21"."id" || '"}'
      FROM "project" AS "r21"
      WHERE "r21"."id" = n.row_id)
    WHEN 'ProjectMilestone' THEN (
      SELECT '\n{"id":"ProjectMilestone_' || "r22"."id" || '"}'
      FROM "project_milestone" AS "r22"
      WHERE "r22"."id" = n.row_id)
    WHEN 'Resident' THEN (
      SELECT '\n{"id":"Resident_' || "r23"."id" || '"}'
      FROM "account" AS "r23"
      WHERE "r23"."id" = n.row_id
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
      SELECT '\n{"id":"Resolution_' || "r24"."id" || '"}'
      FROM "resolution" AS "r24"
      WHERE "r24"."id" = n.row_id)
    WHEN 'Resource' THEN (
      SELECT '\n{"id":"Resource_' || "r25"."id" || '"}'
      FROM "resource" AS "r25"
      WHERE "r25"."id" = n.row_id)
    WHEN 'ResourceWindow' THEN (
      SELECT '\n{"id":"ResourceWindow_' || "r26"."id" || '"}'
      FROM "resource_window" AS "r26"
      WHERE "r26"."id" = n.row_id)
    WHEN 'RoleGrant' THEN (
      SELECT '\n{"id":"RoleGrant_' || "r27"."id" || '"}'
      FROM "role_grant" AS "r27"
      WHERE "r27"."id" = n.row_id
      AND ("r27"."account_id" = $3::bigint
        OR "r27"."granted_by_id" = $3::bigint))
    WHEN 'SlaRule' THEN (
      SELECT '\n{"id":"SlaRule_' || "r28"."id" || '"}'
      FROM "sla_rule" AS "r28"
      WHERE "r28"."id" = n.row_id)
    WHEN 'StatisticsSnapshot' THEN (
      SELECT '\n{"id":"StatisticsSnapshot_' || "r29"."id" || '"}'
      FROM "statistics_snapshot" AS "r29"
      WHERE "r29"."id" = n.row_id)
    WHEN 'VolunteerTeam' THEN (
      SELECT '\n{"id":"VolunteerTeam_' || "r30"."id" || '"}'
      FROM "volunteer_team" AS "r30"
      WHERE "r30"."id" = n.row_id)
    WHEN 'Vote' THEN (
      SELECT '\n{"id":"Vote_' || "r31"."id" || '"}'
      FROM "vote" AS "r31"
      WHERE "r31"."id" = n.row_id) END, 'null') AS j
  FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS n(type, row_id, position)
  ORDER BY n.position) AS p;
