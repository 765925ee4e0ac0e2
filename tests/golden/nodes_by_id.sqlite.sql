-- node
SELECT CAST(CASE ?1
  WHEN 'AgendaItem' THEN (
    SELECT printf('{"__typename":"AgendaItem","id":"AgendaItem_%s"}', "r1"."id")
    FROM "agenda_item" AS "r1"
    WHERE "r1"."id" = ?2)
  WHEN 'Attendance' THEN (
    SELECT printf('{"__typename":"Attendance","id":"Attendance_%s"}', "r2"."id")
    FROM "attendance" AS "r2"
    WHERE "r2"."id" = ?2)
  WHEN 'AuditEntry' THEN (
    SELECT printf('{"__typename":"AuditEntry","id":"AuditEntry_%s"}', "r3"."id")
    FROM "audit_entry" AS "r3"
    WHERE "r3"."id" = ?2
    AND EXISTS(
      SELECT 1
      FROM "role_grant" AS "audits"
      WHERE (((("audits"."account_id" = ?3)
            AND ("audits"."role" = 'AUDITOR'))
          AND (("audits"."starts_at" <= ?4)
            AND (("audits"."ends_at" IS NULL)
              OR ("audits"."ends_at" > ?4))))
        AND ((("audits"."division_code" <= "r3"."division_code")
            AND ("r3"."division_code" <= "audits"."last_code"))
          OR (("r3"."division_code" IS NULL)
            AND EXISTS(
              SELECT 1
              FROM "division" AS "part"
              WHERE (("part"."code" = "audits"."division_code")
                AND ("part"."level" IN ('CITY', 'PROVINCE')))))))))
  WHEN 'Claim' THEN (
    SELECT printf('{"__typename":"Claim","id":"Claim_%s"}', "r4"."id")
    FROM "claim" AS "r4"
    WHERE "r4"."id" = ?2)
  WHEN 'Comment' THEN (
    SELECT printf('{"__typename":"Comment","id":"Comment_%s"}', "r5"."id")
    FROM "comment" AS "r5"
    WHERE "r5"."id" = ?2)
  WHEN 'Committee' THEN (
    SELECT printf('{"__typename":"Committee","id":"Committee_%s","name":%s}', "r6"."id", json_quote("r6"."name"))
    FROM "committee" AS "r6"
    WHERE "r6"."id" = ?2)
  WHEN 'ConductNorm' THEN (
    SELECT printf('{"__typename":"ConductNorm","id":"ConductNorm_%s"}', "r7"."id")
    FROM "conduct_norm" AS "r7"
    WHERE "r7"."id" = ?2)
  WHEN 'Division' THEN (
    SELECT printf('{"__typename":"Division","id":"Division_%s"}', "r8"."id")
    FROM "division" AS "r8"
    WHERE "r8"."id" = ?2)
  WHEN 'Evidence' THEN (
    SELECT printf('{"__typename":"Evidence","id":"Evidence_%s"}', "r9"."id")
    FROM "evidence" AS "r9"
    WHERE "r9"."id" = ?2)
  WHEN 'Issue' THEN (
    SELECT printf('{"__typename":"Issue","id":"Issue_%s"}', "r10"."id")
    FROM "issue" AS "r10"
    WHERE "r10"."id" = ?2)
  WHEN 'IssueRequest' THEN (
    SELECT printf('{"__typename":"IssueRequest","id":"IssueRequest_%s"}', "r11"."id")
    FROM "issue_request" AS "r11"
    WHERE "r11"."id" = ?2)
  WHEN 'LedgerEntry' THEN (
    SELECT printf('{"__typename":"LedgerEntry","id":"LedgerEntry_%s"}', "r12"."id")
    FROM "ledger_entry" AS "r12"
    WHERE "r12"."id" = ?2)
  WHEN 'ListEdition' THEN (
    SELECT printf('{"__typename":"ListEdition","id":"ListEdition_%s"}', "r13"."id")
    FROM "list_edition" AS "r13"
    WHERE "r13"."id" = ?2)
  WHEN 'Meeting' THEN (
    SELECT printf('{"__typename":"Meeting","id":"Meeting_%s"}', "r14"."id")
    FROM "meeting" AS "r14"
    WHERE "r14"."id" = ?2)
  WHEN 'MeetingDemand' THEN (
    SELECT printf('{"__typename":"MeetingDemand","id":"MeetingDemand_%s"}', "r15"."id")
    FROM "meeting_demand" AS "r15"
    WHERE "r15"."id" = ?2)
  WHEN 'Member' THEN (
    SELECT printf('{"__typename":"Member","id":"Member_%s"}', "r16"."id")
    FROM "member" AS "r16"
    WHERE "r16"."id" = ?2)
  WHEN 'Need' THEN (
    SELECT printf('{"__typename":"Need","id":"Need_%s"}', "r17"."id")
    FROM "need" AS "r17"
    WHERE "r17"."id" = ?2)
  WHEN 'Notice' THEN (
    SELECT printf('{"__typename":"Notice","id":"Notice_%s"}', "r18"."id")
    FROM "notice" AS "r18"
    WHERE "r18"."id" = ?2
    AND ((("r18"."account_id" = ?3)
        OR (("r18"."account_id" IS NULL)
          AND EXISTS(
            SELECT 1
            FROM "role_grant" AS "told"
            WHERE ((("told"."account_id" = ?3)
                AND (("told"."starts_at" <= ?4)
                  AND (("told"."ends_at" IS NULL)
                    OR ("told"."ends_at" > ?4))))
              AND (("told"."role" = "r18"."role")
                AND (("told"."division_code" <= "r18"."office_code")
                  AND ("r18"."office_code" <= "told"."last_code")))))))
      OR EXISTS(
        SELECT 1
        FROM "role_grant" AS "told"
        WHERE ((("told"."account_id" = ?3)
            AND (("told"."starts_at" <= ?4)
              AND (("told"."ends_at" IS NULL)
                OR ("told"."ends_at" > ?4))))
          AND (("told"."role" IN ('STAFF', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'AUDITOR'))
            AND (("told"."division_code" <= "r18"."division_code")
              AND ("r18"."division_code" <= "told"."last_code")))))))
  WHEN 'Organization' THEN (
    SELECT printf('{"__typename":"Organization","id":"Organization_%s"}', "r19"."id")
    FROM "organization" AS "r19"
    WHERE "r19"."id" = ?2)
  WHEN 'Project' THEN (
    SELECT printf('{"__typename":"Project","id":"Project_%s"}', "r20"."id")
    FROM "project" AS "r20"
    WHERE "r20"."id" = ?2)
  WHEN 'ProjectMilestone' THEN (
    SELECT printf('{"__typename":"ProjectMilestone","id":"ProjectMilestone_%s"}', "r21"."id")
    FROM "project_milestone" AS "r21"
    WHERE "r21"."id" = ?2)
  WHEN 'Resident' THEN (
    SELECT printf('{"__typename":"Resident","id":"Resident_%s"}', "r22"."id")
    FROM "account" AS "r22"
    WHERE "r22"."id" = ?2
    AND ((("r22"."id" = ?3)
        OR EXISTS(
          SELECT 1
          FROM "claim" AS "own_claim"
          WHERE ("own_claim"."account_id" = "r22"."id")))
      OR EXISTS(
        SELECT 1
        FROM "issue" AS "own_work"
        WHERE ("own_work"."handler_account_id" = "r22"."id"))))
  WHEN 'Resolution' THEN (
    SELECT printf('{"__typename":"Resolution","id":"Resolution_%s"}', "r23"."id")
    FROM "resolution" AS "r23"
    WHERE "r23"."id" = ?2)
  WHEN 'Resource' THEN (
    SELECT printf('{"__typename":"Resource","id":"Resource_%s"}', "r24"."id")
    FROM "resource" AS "r24"
    WHERE "r24"."id" = ?2)
  WHEN 'ResourceWindow' THEN (
    SELECT printf('{"__typename":"ResourceWindow","id":"ResourceWindow_%s"}', "r25"."id")
    FROM "resource_window" AS "r25"
    WHERE "r25"."id" = ?2)
  WHEN 'RoleGrant' THEN (
    SELECT printf('{"__typename":"RoleGrant","id":"RoleGrant_%s"}', "r26"."id")
    FROM "role_grant" AS "r26"
    WHERE "r26"."id" = ?2
    AND ("r26"."account_id" = ?3))
  WHEN 'SlaRule' THEN (
    SELECT printf('{"__typename":"SlaRule","id":"SlaRule_%s"}', "r27"."id")
    FROM "sla_rule" AS "r27"
    WHERE "r27"."id" = ?2)
  WHEN 'StatisticsSnapshot' THEN (
    SELECT printf('{"__typename":"StatisticsSnapshot","id":"StatisticsSnapshot_%s"}', "r28"."id")
    FROM "statistics_snapshot" AS "r28"
    WHERE "r28"."id" = ?2)
  WHEN 'VolunteerTeam' THEN (
    SELECT printf('{"__typename":"VolunteerTeam","id":"VolunteerTeam_%s"}', "r29"."id")
    FROM "volunteer_team" AS "r29"
    WHERE "r29"."id" = ?2)
  WHEN 'Vote' THEN (
    SELECT printf('{"__typename":"Vote","id":"Vote_%s"}', "r30"."id")
    FROM "vote" AS "r30"
    WHERE "r30"."id" = ?2) END AS BLOB);

-- nodes
SELECT CAST(printf('[%s]', COALESCE(group_concat(j, ','), '')) AS BLOB)
FROM (
  SELECT COALESCE(CASE n.type
    WHEN 'AgendaItem' THEN (
      SELECT printf('{"id":"AgendaItem_%s"}', "r1"."id")
      FROM "agenda_item" AS "r1"
      WHERE "r1"."id" = n.row_id)
    WHEN 'Attendance' THEN (
      SELECT printf('{"id":"Attendance_%s"}', "r2"."id")
      FROM "attendance" AS "r2"
      WHERE "r2"."id" = n.row_id)
    WHEN 'AuditEntry' THEN (
      SELECT printf('{"id":"AuditEntry_%s"}', "r3"."id")
      FROM "audit_entry" AS "r3"
      WHERE "r3"."id" = n.row_id
      AND EXISTS(
        SELECT 1
        FROM "role_grant" AS "audits"
        WHERE (((("audits"."account_id" = ?3)
              AND ("audits"."role" = 'AUDITOR'))
            AND (("audits"."starts_at" <= ?4)
              AND (("audits"."ends_at" IS NULL)
                OR ("audits"."ends_at" > ?4))))
          AND ((("audits"."division_code" <= "r3"."division_code")
              AND ("r3"."division_code" <= "audits"."last_code"))
            OR (("r3"."division_code" IS NULL)
              AND EXISTS(
                SELECT 1
                FROM "division" AS "part"
                WHERE (("part"."code" = "audits"."division_code")
                  AND ("part"."level" IN ('CITY', 'PROVINCE')))))))))
    WHEN 'Claim' THEN (
      SELECT printf('{"id":"Claim_%s"}', "r4"."id")
      FROM "claim" AS "r4"
      WHERE "r4"."id" = n.row_id)
    WHEN 'Comment' THEN (
      SELECT printf('{"id":"Comment_%s"}', "r5"."id")
      FROM "comment" AS "r5"
      WHERE "r5"."id" = n.row_id)
    WHEN 'Committee' THEN (
      SELECT printf('{"id":"Committee_%s"}', "r6"."id")
      FROM "committee" AS "r6"
      WHERE "r6"."id" = n.row_id)
    WHEN 'ConductNorm' THEN (
      SELECT printf('{"id":"ConductNorm_%s"}', "r7"."id")
      FROM "conduct_norm" AS "r7"
      WHERE "r7"."id" = n.row_id)
    WHEN 'Division' THEN (
      SELECT printf('{"id":"Division_%s"}', "r8"."id")
      FROM "division" AS "r8"
      WHERE "r8"."id" = n.row_id)
    WHEN 'Evidence' THEN (
      SELECT printf('{"id":"Evidence_%s"}', "r9"."id")
      FROM "evidence" AS "r9"
      WHERE "r9"."id" = n.row_id)
    WHEN 'Issue' THEN (
      SELECT printf('{"id":"Issue_%s","title":%s}', "r10"."id", json_quote("r10"."title"))
      FROM "issue" AS "r10"
      WHERE "r10"."id" = n.row_id)
    WHEN 'IssueRequest' THEN (
      SELECT printf('{"id":"IssueRequest_%s"}', "r11"."id")
      FROM "issue_request" AS "r11"
      WHERE "r11"."id" = n.row_id)
    WHEN 'LedgerEntry' THEN (
      SELECT printf('{"id":"LedgerEntry_%s"}', "r12"."id")
      FROM "ledger_entry" AS "r12"
      WHERE "r12"."id" = n.row_id)
    WHEN 'ListEdition' THEN (
      SELECT printf('{"id":"ListEdition_%s"}', "r13"."id")
      FROM "list_edition" AS "r13"
      WHERE "r13"."id" = n.row_id)
    WHEN 'Meeting' THEN (
      SELECT printf('{"id":"Meeting_%s"}', "r14"."id")
      FROM "meeting" AS "r14"
      WHERE "r14"."id" = n.row_id)
    WHEN 'MeetingDemand' THEN (
      SELECT printf('{"id":"MeetingDemand_%s"}', "r15"."id")
      FROM "meeting_demand" AS "r15"
      WHERE "r15"."id" = n.row_id)
    WHEN 'Member' THEN (
      SELECT printf('{"id":"Member_%s","name":%s,"phone":%s}', "r16"."id", json_quote("r16"."name"), json_quote(CASE
          WHEN ("r16"."phone" IS NOT NULL) THEN ((SUBSTR("r16"."phone", 1, 3) || '****') || SUBSTR("r16"."phone", 8)) END))
      FROM "member" AS "r16"
      WHERE "r16"."id" = n.row_id)
    WHEN 'Need' THEN (
      SELECT printf('{"id":"Need_%s"}', "r17"."id")
      FROM "need" AS "r17"
      WHERE "r17"."id" = n.row_id)
    WHEN 'Notice' THEN (
      SELECT printf('{"id":"Notice_%s"}', "r18"."id")
      FROM "notice" AS "r18"
      WHERE "r18"."id" = n.row_id
      AND ((("r18"."account_id" = ?3)
          OR (("r18"."account_id" IS NULL)
            AND EXISTS(
              SELECT 1
              FROM "role_grant" AS "told"
              WHERE ((("told"."account_id" = ?3)
                  AND (("told"."starts_at" <= ?4)
                    AND (("told"."ends_at" IS NULL)
                      OR ("told"."ends_at" > ?4))))
                AND (("told"."role" = "r18"."role")
                  AND (("told"."division_code" <= "r18"."office_code")
                    AND ("r18"."office_code" <= "told"."last_code")))))))
        OR EXISTS(
          SELECT 1
          FROM "role_grant" AS "told"
          WHERE ((("told"."account_id" = ?3)
              AND (("told"."starts_at" <= ?4)
                AND (("told"."ends_at" IS NULL)
                  OR ("told"."ends_at" > ?4))))
            AND (("told"."role" IN ('STAFF', 'SUBDISTRICT_OFFICER', 'DISTRICT_OFFICER', 'CITY_OFFICER', 'AUDITOR'))
              AND (("told"."division_code" <= "r18"."division_code")
                AND ("r18"."division_code" <= "told"."last_code")))))))
    WHEN 'Organization' THEN (
      SELECT printf('{"id":"Organization_%s"}', "r19"."id")
      FROM "organization" AS "r19"
      WHERE "r19"."id" = n.row_id)
    WHEN 'Project' THEN (
      SELECT printf('{"id":"Project_%s"}', "r20"."id")
      FROM "project" AS "r20"
      WHERE "r20"."id" = n.row_id)
    WHEN 'ProjectMilestone' THEN (
      SELECT printf('{"id":"ProjectMilestone_%s"}', "r21"."id")
      FROM "project_milestone" AS "r21"
      WHERE "r21"."id" = n.row_id)
    WHEN 'Resident' THEN (
      SELECT printf('{"id":"Resident_%s"}', "r22"."id")
      FROM "account" AS "r22"
      WHERE "r22"."id" = n.row_id
      AND ((("r22"."id" = ?3)
          OR EXISTS(
            SELECT 1
            FROM "claim" AS "own_claim"
            WHERE ("own_claim"."account_id" = "r22"."id")))
        OR EXISTS(
          SELECT 1
          FROM "issue" AS "own_work"
          WHERE ("own_work"."handler_account_id" = "r22"."id"))))
    WHEN 'Resolution' THEN (
      SELECT printf('{"id":"Resolution_%s"}', "r23"."id")
      FROM "resolution" AS "r23"
      WHERE "r23"."id" = n.row_id)
    WHEN 'Resource' THEN (
      SELECT printf('{"id":"Resource_%s"}', "r24"."id")
      FROM "resource" AS "r24"
      WHERE "r24"."id" = n.row_id)
    WHEN 'ResourceWindow' THEN (
      SELECT printf('{"id":"ResourceWindow_%s"}', "r25"."id")
      FROM "resource_window" AS "r25"
      WHERE "r25"."id" = n.row_id)
    WHEN 'RoleGrant' THEN (
      SELECT printf('{"id":"RoleGrant_%s"}', "r26"."id")
      FROM "role_grant" AS "r26"
      WHERE "r26"."id" = n.row_id
      AND ("r26"."account_id" = ?3))
    WHEN 'SlaRule' THEN (
      SELECT printf('{"id":"SlaRule_%s"}', "r27"."id")
      FROM "sla_rule" AS "r27"
      WHERE "r27"."id" = n.row_id)
    WHEN 'StatisticsSnapshot' THEN (
      SELECT printf('{"id":"StatisticsSnapshot_%s"}', "r28"."id")
      FROM "statistics_snapshot" AS "r28"
      WHERE "r28"."id" = n.row_id)
    WHEN 'VolunteerTeam' THEN (
      SELECT printf('{"id":"VolunteerTeam_%s"}', "r29"."id")
      FROM "volunteer_team" AS "r29"
      WHERE "r29"."id" = n.row_id)
    WHEN 'Vote' THEN (
      SELECT printf('{"id":"Vote_%s"}', "r30"."id")
      FROM "vote" AS "r30"
      WHERE "r30"."id" = n.row_id) END, 'null') AS j
  FROM (
    SELECT a.value AS type, b.value AS row_id, a.key AS position
    FROM json_each(?1) AS a
    JOIN json_each(?2) AS b ON b.key = a.key) AS n
  ORDER BY n.position) AS p;
