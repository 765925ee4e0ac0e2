SELECT printf('{"data":{"issueAggregate":{"groups":[%s]}}}', COALESCE(group_concat(j, ','), ''))
FROM (
  SELECT printf('{"key":{"district":{"code":"%s","name":%s},"state":"%s"},"count":%d}',
      d.code, json_quote(d.name), g.state, g.n) AS j
  FROM (
    SELECT substr(code, 1, 6) || '000000' AS code, state, SUM(n) AS n
    FROM (
      SELECT c.code, i.state, COUNT(*) AS n FROM division c CROSS JOIN issue i ON i.division_code = c.code
      WHERE c.level = 'COMMUNITY' GROUP BY c.code, i.state
    )
    GROUP BY 1, 2
  ) g
  JOIN division d ON d.code = g.code ORDER BY d.code, g.state
)
