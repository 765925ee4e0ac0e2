-- meetings
SELECT '{"nodes":[' || ((
    SELECT COALESCE(string_agg(j0, ','), '')
    FROM (
      SELECT '\n{"scheduledAt":"' || "r1"."scheduled_at" || '","minutes":' || (COALESCE(to_json("r1"."minutes"::text)::text, 'null')) || ',"chair":' || (CASE
        WHEN "r2"."id" IS NULL THEN 'null'
        ELSE '{"name":"' || (replace(replace("r2"."name", '\', '\\'), '"', '\"')) || '"}' END) || ',"agendaItems":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"position":' || "r3"."position" || ',"title":"' || (replace(replace("r3"."title", '\', '\\'), '"', '\"')) || '","issue":' || (CASE
              WHEN "r4"."id" IS NULL THEN 'null'
              ELSE '{"title":"' || (replace(replace("r4"."title", '\', '\\'), '"', '\"')) || '"}' END) || ',"votes":{"nodes":[' || ((
                SELECT COALESCE(string_agg(j0, ','), '')
                FROM (
                  SELECT '\r{"choice":"' || "r5"."choice" || '","interest":' || (COALESCE('"' || replace(replace("r5"."interest", '\', '\\'), '"', '\"') || '"', 'null')) || ',"member":{"name":"' || (replace(replace("r6"."name", '\', '\\'), '"', '\"')) || '"}}' AS j0
                  FROM "vote" AS "r5"
                  JOIN "member" AS "r6" ON ("r6"."id" = "r5"."member_id")
                  WHERE ("r5"."agenda_item_id" = "r3"."id")
                  ORDER BY "r5"."id" ASC
                  LIMIT 20) AS p)) || ']},"resolution":' || (CASE
              WHEN "r7"."id" IS NULL THEN 'null'
              ELSE '{"outcome":"' || "r7"."outcome" || '","forCount":' || "r7"."for_count" || '}' END) || '}' AS j0
            FROM (
              SELECT "r3"."id" AS id, "r3"."position" AS o0, "r3"."id" AS o1
              FROM "agenda_item" AS "r3"
              WHERE ("r3"."meeting_id" = "r1"."id")
              ORDER BY "r3"."position" ASC, "r3"."id" ASC
              LIMIT 20) AS q
            JOIN "agenda_item" AS "r3" ON "r3"."id" = q.id
            LEFT JOIN "issue" AS "r4" ON ("r4"."id" = "r3"."issue_id")
            AND ("r4"."number" IS NOT NULL
              OR "r4"."state" NOT IN ('SUBMITTED', 'NEEDS_INFO', 'REJECTED', 'WITHDRAWN', 'MERGED'))
            LEFT JOIN "resolution" AS "r7" ON ("r7"."agenda_item_id" = "r3"."id")
            ORDER BY q.o0 ASC, q.o1 ASC) AS p)) || ']},"attendance":{"nodes":[' || ((
          SELECT COALESCE(string_agg(j0, ','), '')
          FROM (
            SELECT '\t{"status":"' || "r8"."status" || '","member":{"name":"' || (replace(replace("r9"."name", '\', '\\'), '"', '\"')) || '"}}' AS j0
            FROM "attendance" AS "r8"
            JOIN "member" AS "r9" ON ("r9"."id" = "r8"."member_id")
            WHERE ("r8"."meeting_id" = "r1"."id")
            ORDER BY "r8"."id" ASC
            LIMIT 20) AS p)) || ']}}' AS j0
      FROM "meeting" AS "r1"
      LEFT JOIN "member" AS "r2" ON ("r2"."id" = "r1"."chair_id")
      WHERE "r1"."state" = 'CLOSED'
      ORDER BY "r1"."scheduled_at" DESC, "r1"."id" DESC
      LIMIT 20) AS p)) || ']}';
