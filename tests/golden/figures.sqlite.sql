-- division
SELECT CAST(printf('{"stats":{"communityCount":%s,"committeeCount":%s,"memberCount":%s,"memberCountByCategory":[', CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "division_count_by_kind" AS "counted"
        WHERE "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."is_community"), 0)
    ELSE (
      SELECT COUNT(*)
      FROM "division" AS "counted"
      WHERE "counted"."code" BETWEEN "r1"."code"
      AND "r1"."last_code"
      AND substr("counted"."code", 10, 3) BETWEEN '001'
      AND '199') END, CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "committee_count_by_state" AS "counted"
        WHERE "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."state" != 'DISSOLVED'), 0)
    ELSE (
      SELECT COUNT(*)
      FROM "committee" AS "counted"
      WHERE "counted"."division_code" BETWEEN "r1"."code"
      AND "r1"."last_code"
      AND "counted"."state" != 'DISSOLVED') END, CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "member_count_by_category" AS "counted"
        WHERE "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."is_active"), 0)
    ELSE (
      SELECT COUNT(*)
      FROM "member" AS "counted"
      WHERE "counted"."division_code" BETWEEN "r1"."code"
      AND "r1"."last_code"
      AND "counted"."is_active") END) || (
    SELECT COALESCE(group_concat(printf('{"category":"%s","count":%s}', "r2"."category", "r2"."count"), ','), '')
    FROM (
      SELECT "by_category"."category", "by_category"."row_count" AS "count"
      FROM (
        SELECT "counted"."category", SUM("counted"."row_count") AS "row_count"
        FROM "member_count_by_category" AS "counted"
        WHERE "r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')
        AND "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."is_active"
        GROUP BY "counted"."category"
        UNION ALL SELECT "counted"."category" AS "category", COUNT("counted"."id") AS "row_count"
        FROM "member" AS "counted"
        WHERE "counted"."division_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."is_active"
        AND NOT ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT'))
        GROUP BY "counted"."category") AS "by_category"
      WHERE ("by_category"."row_count" > 0)
      ORDER BY CASE "by_category"."category"
      WHEN 'TWO_COMMITTEES' THEN 0
      WHEN 'DEPUTY_DELEGATE_CPPCC' THEN 1
      WHEN 'VETERAN' THEN 2
      WHEN 'COMMUNITY_POLICE' THEN 3
      WHEN 'NON_PUBLIC_ECONOMY' THEN 4
      WHEN 'SOCIAL_ORGANIZATION' THEN 5
      WHEN 'PROPERTY_COMPANY' THEN 6
      WHEN 'OWNERS_COMMITTEE' THEN 7
      WHEN 'NOTABLE_RESIDENT' THEN 8
      WHEN 'OTHER' THEN 9 END) AS "r2") || printf('],"issueCount":%s,"openIssueCount":%s,"overdueIssueCount":%s,"communitiesWithTenSocialOrganizations":%s,"shareWithTenSocialOrganizations":', CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "issue_count_by_duty" AS "counted"
        WHERE "counted"."is_public"
        AND "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."state" != 'MERGED'), 0)
    ELSE COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "issue_count_by_state" AS "counted"
        WHERE "counted"."is_public"
        AND "counted"."division_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."state" != 'MERGED'), 0) END, CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "issue_count_by_duty" AS "counted"
        WHERE "counted"."is_public"
        AND "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."state" IN ('SUBMITTED', 'NEEDS_INFO', 'ACCEPTED', 'IN_DELIBERATION', 'OPEN_FOR_CLAIM', 'IN_PROGRESS', 'SUSPENDED', 'AWAITING_VERIFICATION')), 0)
    ELSE COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "issue_count_by_state" AS "counted"
        WHERE "counted"."is_public"
        AND "counted"."division_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."state" IN ('SUBMITTED', 'NEEDS_INFO', 'ACCEPTED', 'IN_DELIBERATION', 'OPEN_FOR_CLAIM', 'IN_PROGRESS', 'SUSPENDED', 'AWAITING_VERIFICATION')), 0) END, (
      SELECT COUNT(*)
      FROM "issue" AS "counted"
      WHERE "counted"."division_code" BETWEEN "r1"."code"
      AND "r1"."last_code"
      AND "counted"."state" IN ('SUBMITTED', 'ACCEPTED', 'IN_DELIBERATION', 'OPEN_FOR_CLAIM', 'IN_PROGRESS', 'AWAITING_VERIFICATION')
      AND "counted"."due_at" IS NOT NULL
      AND "counted"."due_at" < ?1
      AND ("counted"."number" IS NOT NULL
        OR "counted"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))), CASE
    WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "community_count_by_organizations" AS "counted"
        WHERE "counted"."district_code" BETWEEN "r1"."code"
        AND "r1"."last_code"
        AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
        AND "counted"."is_active"
        AND "counted"."has_many"
        AND "counted"."is_community"), 0)
    ELSE (
      SELECT COUNT(*)
      FROM "organization_count_by_kind" AS "counted"
      WHERE "counted"."division_code" BETWEEN "r1"."code"
      AND "r1"."last_code"
      AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
      AND "counted"."is_active"
      AND "counted"."row_count" >= 10
      AND substr("counted"."division_code", 10, 3) BETWEEN '001'
      AND '199') END) || (
    SELECT printf('"%s%d.%01d"', CASE
      WHEN once.value < 0 THEN '-'
      ELSE '' END, abs(once.value) / 10, abs(once.value) % 10)
    FROM (
      SELECT COALESCE((
          SELECT ((("both"."part" * 2000) + "both"."whole") / NULLIF(("both"."whole" * 2), 0))
          FROM (
            SELECT CASE
            WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                SELECT SUM("counted"."row_count")
                FROM "community_count_by_organizations" AS "counted"
                WHERE "counted"."district_code" BETWEEN "r1"."code"
                AND "r1"."last_code"
                AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                AND "counted"."is_active"
                AND "counted"."has_many"
                AND "counted"."is_community"), 0)
            ELSE (
              SELECT COUNT(*)
              FROM "organization_count_by_kind" AS "counted"
              WHERE "counted"."division_code" BETWEEN "r1"."code"
              AND "r1"."last_code"
              AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
              AND "counted"."is_active"
              AND "counted"."row_count" >= 10
              AND substr("counted"."division_code", 10, 3) BETWEEN '001'
              AND '199') END AS "part", COALESCE(CASE
              WHEN ("r1"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                  SELECT SUM("counted"."row_count")
                  FROM "division_count_by_kind" AS "counted"
                  WHERE "counted"."district_code" BETWEEN "r1"."code"
                  AND "r1"."last_code"
                  AND "counted"."is_community"), 0)
              ELSE (
                SELECT COUNT(*)
                FROM "division" AS "counted"
                WHERE "counted"."code" BETWEEN "r1"."code"
                AND "r1"."last_code"
                AND substr("counted"."code", 10, 3) BETWEEN '001'
                AND '199') END, 0) AS "whole"
            LIMIT 1) AS "both"), 0) AS value) AS once) || printf('},"own":{"organizationCount":%s,"partnerUnitCount":%s}}', COALESCE((
        SELECT SUM("counted"."row_count")
        FROM "organization_count_by_kind" AS "counted"
        WHERE "counted"."division_code" = "r1"."code"
        AND "counted"."is_active"), 0), (
      SELECT COUNT(*)
      FROM "organization" AS "counted"
      WHERE "counted"."division_code" = "r1"."code"
      AND "counted"."is_partner_unit"
      AND "counted"."state" = 'ACTIVE')) AS BLOB)
FROM "division" AS "r1"
WHERE "r1"."code" = ?2;

-- statisticsSnapshots
SELECT CAST('{"nodes":[' || (
    SELECT COALESCE(group_concat(j0, ','), '')
    FROM (
      SELECT printf('\n{"figure":"%s","value":%s,"unit":%s,"asOf":"%s","precision":"%s","note":%s}', "r1"."figure", printf('"%s%d.%02d"', CASE
          WHEN "r1"."value" < 0 THEN '-'
          ELSE '' END, abs("r1"."value") / 100, abs("r1"."value") % 100), json_quote("r1"."unit"), "r1"."as_of", "r1"."precision", json_quote("r1"."note")) AS j0
      FROM "statistics_snapshot" AS "r1"
      ORDER BY "r1"."figure" ASC, "r1"."as_of" ASC, "r1"."id" ASC
      LIMIT 20) AS p) || ']}' AS BLOB);
