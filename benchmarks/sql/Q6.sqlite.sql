SELECT CAST(printf('{"data":{"issueAggregate":{"groups":[%s]}}}', COALESCE(group_concat(j, ','), '')) AS BLOB)
FROM (
  SELECT printf('{"key":{"district":{"code":"%s","name":%s},"state":"%s"},"count":%d}',
      d.code, json_quote(d.name), substr(g.key, 7), g.n) AS j
  FROM (
    SELECT substr(code, 1, 6) || state AS key, SUM(n) AS n
    FROM (SELECT division_code AS code, state, COUNT(*) AS n FROM issue GROUP BY 1, 2)
    GROUP BY 1
  ) g
  JOIN division d ON d.code = substr(g.key, 1, 6) || '000000'
  ORDER BY d.code, instr('SUBMITTED NEEDS_INFO ACCEPTED IN_DELIBERATION OPEN_FOR_CLAIM IN_PROGRESS '
    || 'SUSPENDED AWAITING_VERIFICATION CLOSED REJECTED WITHDRAWN MERGED', substr(g.key, 7))
)
