-- figureComparison
SELECT '{"totalCount":' || ((
    SELECT ((
        SELECT COUNT(*)
        FROM "statistics_snapshot" AS "r1"
        WHERE ("r1"."division_code" = $1::text
          AND "r1"."id" = (
            SELECT "newest"."id"
            FROM "statistics_snapshot" AS "newest"
            WHERE "newest"."division_code" = "r1"."division_code"
            AND "newest"."figure" = "r1"."figure"
            AND "newest"."as_of" <= $2::text
            ORDER BY CASE
            WHEN ("newest"."source" = 'live') THEN 1
            ELSE 0 END, "newest"."as_of" DESC, "newest"."id" DESC
            LIMIT 1)))) || ',"nodes":[' || (COALESCE(string_agg(j0, ','), ''))
    FROM (
      SELECT '\n{"figure":"' || "r1"."figure" || '","value":"' || (("r1"."value" * 0.01)) || '","precision":"' || "r1"."precision" || '","asOf":"' || "r1"."as_of" || '","live":' || (COALESCE((
            SELECT '{"value":"' || (("r2"."value" * 0.01)) || '","difference":"' || (("r2"."difference" * 0.01)) || '","differenceShare":' || (COALESCE('"' || ("r2"."share" * 0.1) || '"', 'null')) || ',"isWithinPrecision":' || (CASE
              WHEN ("r2"."is_within") THEN 'true'
              ELSE 'false' END) || '}'
            FROM (
              SELECT "counted"."value" AS "value", ("counted"."value" - CAST("r1"."value" AS BIGINT)) AS "difference", ((((ABS("counted"."value" - CAST("r1"."value" AS BIGINT)) * 2000) + ABS(CAST("r1"."value" AS BIGINT))) / NULLIF((ABS(CAST("r1"."value" AS BIGINT)) * 2), 0)) * CASE
                WHEN ("counted"."value" < CAST("r1"."value" AS BIGINT)) THEN -1
                ELSE 1 END) AS "share", CASE "r1"."precision"
              WHEN 'AT_LEAST' THEN ("counted"."value" >= CAST("r1"."value" AS BIGINT))
              WHEN 'ROUNDED' THEN ((ABS("counted"."value" - CAST("r1"."value" AS BIGINT)) * 2) <= CASE
                WHEN (CAST("r1"."value" AS BIGINT) = 0) THEN 100
                WHEN (((CAST("r1"."value" AS BIGINT) / 100000000000000) * 100000000000000) = CAST("r1"."value" AS BIGINT)) THEN 100000000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 10000000000000) * 10000000000000) = CAST("r1"."value" AS BIGINT)) THEN 10000000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 1000000000000) * 1000000000000) = CAST("r1"."value" AS BIGINT)) THEN 1000000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 100000000000) * 100000000000) = CAST("r1"."value" AS BIGINT)) THEN 100000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 10000000000) * 10000000000) = CAST("r1"."value" AS BIGINT)) THEN 10000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 1000000000) * 1000000000) = CAST("r1"."value" AS BIGINT)) THEN 1000000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 100000000) * 100000000) = CAST("r1"."value" AS BIGINT)) THEN 100000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 10000000) * 10000000) = CAST("r1"."value" AS BIGINT)) THEN 10000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 1000000) * 1000000) = CAST("r1"."value" AS BIGINT)) THEN 1000000
                WHEN (((CAST("r1"."value" AS BIGINT) / 100000) * 100000) = CAST("r1"."value" AS BIGINT)) THEN 100000
                WHEN (((CAST("r1"."value" AS BIGINT) / 10000) * 10000) = CAST("r1"."value" AS BIGINT)) THEN 10000
                WHEN (((CAST("r1"."value" AS BIGINT) / 1000) * 1000) = CAST("r1"."value" AS BIGINT)) THEN 1000
                WHEN (((CAST("r1"."value" AS BIGINT) / 100) * 100) = CAST("r1"."value" AS BIGINT)) THEN 100
                WHEN (((CAST("r1"."value" AS BIGINT) / 10) * 10) = CAST("r1"."value" AS BIGINT)) THEN 10
                ELSE 1 END)
              ELSE ("counted"."value" = CAST("r1"."value" AS BIGINT)) END AS "is_within"
              FROM (
                SELECT CASE "r1"."figure"
                WHEN 'F1.communities' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "division_count_by_kind" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_community"), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "division" AS "counted"
                      WHERE "counted"."code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND substr("counted"."code", 10, 3) BETWEEN '001'
                      AND '199') END, 0) * 100)
                WHEN 'F1.committees' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "committee_count_by_state" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."state" != 'DISSOLVED'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "committee" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."state" != 'DISSOLVED') END, 0) * 100)
                WHEN 'F2.members' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active") END, 0) * 100)
                WHEN 'F2.TWO_COMMITTEES' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'TWO_COMMITTEES'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'TWO_COMMITTEES') END, 0) * 100)
                WHEN 'F2.DEPUTY_DELEGATE_CPPCC' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'DEPUTY_DELEGATE_CPPCC'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'DEPUTY_DELEGATE_CPPCC') END, 0) * 100)
                WHEN 'F2.VETERAN' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'VETERAN'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'VETERAN') END, 0) * 100)
                WHEN 'F2.COMMUNITY_POLICE' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'COMMUNITY_POLICE'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'COMMUNITY_POLICE') END, 0) * 100)
                WHEN 'F2.NON_PUBLIC_ECONOMY' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'NON_PUBLIC_ECONOMY'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'NON_PUBLIC_ECONOMY') END, 0) * 100)
                WHEN 'F2.SOCIAL_ORGANIZATION' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'SOCIAL_ORGANIZATION'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'SOCIAL_ORGANIZATION') END, 0) * 100)
                WHEN 'F2.PROPERTY_COMPANY' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'PROPERTY_COMPANY'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'PROPERTY_COMPANY') END, 0) * 100)
                WHEN 'F2.OWNERS_COMMITTEE' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'OWNERS_COMMITTEE'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'OWNERS_COMMITTEE') END, 0) * 100)
                WHEN 'F2.NOTABLE_RESIDENT' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'NOTABLE_RESIDENT'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'NOTABLE_RESIDENT') END, 0) * 100)
                WHEN 'F2.OTHER' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "member_count_by_category" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."is_active"
                        AND "counted"."category" = 'OTHER'), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "member" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_active"
                      AND "counted"."category" = 'OTHER') END, 0) * 100)
                WHEN 'F4.social_organizations' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "organization_count_by_partnership" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                        AND "counted"."is_active"), 0)
                    ELSE COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "organization_count_by_kind" AS "counted"
                        WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                        AND "counted"."is_active"), 0) END, 0) * 100)
                WHEN 'F4.communities_with_ten' THEN (COALESCE(CASE
                    WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                        SELECT SUM("counted"."row_count")
                        FROM "community_count_by_organizations" AS "counted"
                        WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                        AND "counted"."is_active"
                        AND "counted"."has_many"
                        AND "counted"."is_community"), 0)
                    ELSE (
                      SELECT COUNT(*)
                      FROM "organization_count_by_kind" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                      AND "counted"."is_active"
                      AND "counted"."row_count" >= 10
                      AND substr("counted"."division_code", 10, 3) BETWEEN '001'
                      AND '199') END, 0) * 100)
                WHEN 'F4.share_with_ten' THEN (COALESCE(COALESCE((
                        SELECT ((("both"."part" * 2000) + "both"."whole") / NULLIF(("both"."whole" * 2), 0))
                        FROM (
                          SELECT CASE
                          WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                              SELECT SUM("counted"."row_count")
                              FROM "community_count_by_organizations" AS "counted"
                              WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                              AND "of_figure"."last_code"
                              AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                              AND "counted"."is_active"
                              AND "counted"."has_many"
                              AND "counted"."is_community"), 0)
                          ELSE (
                            SELECT COUNT(*)
                            FROM "organization_count_by_kind" AS "counted"
                            WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                            AND "of_figure"."last_code"
                            AND "counted"."kind" = 'SOCIAL_ORGANIZATION'
                            AND "counted"."is_active"
                            AND "counted"."row_count" >= 10
                            AND substr("counted"."division_code", 10, 3) BETWEEN '001'
                            AND '199') END AS "part", COALESCE(CASE
                            WHEN ("of_figure"."level" IN ('PROVINCE', 'CITY', 'DISTRICT')) THEN COALESCE((
                                SELECT SUM("counted"."row_count")
                                FROM "division_count_by_kind" AS "counted"
                                WHERE "counted"."district_code" BETWEEN "of_figure"."code"
                                AND "of_figure"."last_code"
                                AND "counted"."is_community"), 0)
                            ELSE (
                              SELECT COUNT(*)
                              FROM "division" AS "counted"
                              WHERE "counted"."code" BETWEEN "of_figure"."code"
                              AND "of_figure"."last_code"
                              AND substr("counted"."code", 10, 3) BETWEEN '001'
                              AND '199') END, 0) AS "whole"
                          LIMIT 1) AS "both"), 0), 0) * 10)
                WHEN 'F5.partner_units' THEN (COALESCE(COALESCE((
                        SELECT COUNT(*)
                        FROM "registration" AS "registered"
                        WHERE "registered"."division_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "registered"."kind" = 'PARTY_ORG'
                        AND "registered"."state" = 'ACTIVE'), 0), 0) * 100)
                WHEN 'F5.cadres' THEN (COALESCE(COALESCE((
                        SELECT COUNT(*)
                        FROM "registration" AS "registered"
                        WHERE "registered"."division_code" BETWEEN "of_figure"."code"
                        AND "of_figure"."last_code"
                        AND "registered"."kind" = 'PARTY_MEMBER'
                        AND "registered"."state" = 'ACTIVE'), 0), 0) * 100)
                WHEN 'F5.grids' THEN (COALESCE((
                      SELECT COUNT(*)
                      FROM "site" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."kind" = 'GRID'
                      AND "counted"."state" = 'ACTIVE'
                      AND EXISTS(
                        SELECT 1
                        FROM "sponsorship" AS "covering"
                        WHERE "covering"."site_id" = "counted"."id"
                        AND "covering"."state" = 'ACTIVE')), 0) * 100)
                WHEN 'F5.compounds' THEN (COALESCE((
                      SELECT COUNT(*)
                      FROM "site" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."kind" = 'COMPOUND'
                      AND "counted"."state" = 'ACTIVE'
                      AND EXISTS(
                        SELECT 1
                        FROM "sponsorship" AS "covering"
                        WHERE "covering"."site_id" = "counted"."id"
                        AND "covering"."state" = 'ACTIVE')), 0) * 100)
                WHEN 'F5.courtyards' THEN (COALESCE((
                      SELECT COUNT(*)
                      FROM "site" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."kind" = 'COURTYARD_BUILDING'
                      AND "counted"."state" = 'ACTIVE'
                      AND EXISTS(
                        SELECT 1
                        FROM "sponsorship" AS "covering"
                        WHERE "covering"."site_id" = "counted"."id"
                        AND "covering"."state" = 'ACTIVE')), 0) * 100)
                WHEN 'F5.units' THEN (COALESCE((
                      SELECT COUNT(*)
                      FROM "organization" AS "counted"
                      WHERE "counted"."division_code" BETWEEN "of_figure"."code"
                      AND "of_figure"."last_code"
                      AND "counted"."is_target_unit"
                      AND "counted"."state" = 'ACTIVE'
                      AND EXISTS(
                        SELECT 1
                        FROM "sponsorship" AS "covering"
                        WHERE "covering"."organization_id" = "counted"."id"
                        AND "covering"."state" = 'ACTIVE')), 0) * 100)
                WHEN 'F8.veterans' THEN (COALESCE(COALESCE((
                        SELECT SUM("summed"."veteran_count")
                        FROM "volunteer_team" AS "summed"
                        WHERE ("summed"."division_code" BETWEEN "of_figure"."code"
                          AND "of_figure"."last_code")), 0), 0) * 100)
                WHEN 'F8.volunteers' THEN (COALESCE(COALESCE((
                        SELECT SUM("summed"."volunteer_count" - "summed"."veteran_count")
                        FROM "volunteer_team" AS "summed"
                        WHERE ("summed"."division_code" BETWEEN "of_figure"."code"
                          AND "of_figure"."last_code")), 0), 0) * 100)
                WHEN 'F9.service_items' THEN (COALESCE(COALESCE((
                        SELECT "in_force"."item_count"
                        FROM "service_catalogue" AS "in_force"
                        ORDER BY "in_force"."version" DESC
                        LIMIT 1), 0), 0) * 100) END AS "value"
                FROM "division" AS "of_figure"
                WHERE ("of_figure"."id" = "r1"."division_id")
                LIMIT 1) AS "counted"
              WHERE ("counted"."value" IS NOT NULL)) AS "r2"), 'null')) || '}' AS j0
      FROM (
        SELECT "r1"."id" AS id, "r1"."figure" AS o0, "r1"."id" AS o1
        FROM "statistics_snapshot" AS "r1"
        WHERE ("r1"."division_code" = $1::text
          AND "r1"."id" = (
            SELECT "newest"."id"
            FROM "statistics_snapshot" AS "newest"
            WHERE "newest"."division_code" = "r1"."division_code"
            AND "newest"."figure" = "r1"."figure"
            AND "newest"."as_of" <= $2::text
            ORDER BY CASE
            WHEN ("newest"."source" = 'live') THEN 1
            ELSE 0 END, "newest"."as_of" DESC, "newest"."id" DESC
            LIMIT 1))
        ORDER BY "r1"."figure" ASC, "r1"."id" ASC
        LIMIT 20) AS q
      JOIN "statistics_snapshot" AS "r1" ON "r1"."id" = q.id
      ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']}';
