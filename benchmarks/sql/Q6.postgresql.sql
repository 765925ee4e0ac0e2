SELECT '{"data":{"issueAggregate":{"groups":[' || COALESCE(string_agg(j, ','), '') || ']}}}'
FROM (
  SELECT '{"key":{"district":{"code":"' || d.code || '","name":"' || replace(replace(d.name, '\', '\\'), '"', '\"')
      || '"},"state":"' || g.state || '"},"count":' || g.n || '}' AS j
  FROM division d
  CROSS JOIN LATERAL (
    SELECT state, count(*) AS n FROM issue WHERE division_code BETWEEN d.code AND d.last_code GROUP BY state
  ) g
  WHERE d.level = 'DISTRICT'
  ORDER BY d.code, strpos('SUBMITTED NEEDS_INFO ACCEPTED IN_DELIBERATION OPEN_FOR_CLAIM IN_PROGRESS '
    || 'SUSPENDED AWAITING_VERIFICATION CLOSED REJECTED WITHDRAWN MERGED', g.state)
) p
