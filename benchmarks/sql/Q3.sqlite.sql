SELECT CAST(printf('{"data":{"division":{"name":%s,"children":{"nodes":[%s]}}}}',
    json_quote(s.name), (SELECT COALESCE(group_concat(j, ','), '') FROM (
  SELECT printf('{"code":"%s","name":%s,"committee":%s}', d.code, json_quote(d.name),
      CASE WHEN k.id IS NULL THEN 'null' ELSE printf('{"id":"Committee_%d","name":%s,"members":{"nodes":[%s]}}',
        k.id, json_quote(k.name), (SELECT COALESCE(group_concat(j, ','), '') FROM (
    SELECT printf('{"id":"Member_%d","name":%s,"position":"%s","submittedIssues":{"nodes":[%s]}}',
        m.id, json_quote(m.name), m.position, (SELECT COALESCE(group_concat(j, ','), '') FROM (
      SELECT printf('{"id":"Issue_%d","title":%s,"state":"%s","createdAt":"%s"}',
          i.id, json_quote(i.title), i.state, i.created_at) AS j
      FROM issue i WHERE i.submitter_id = m.id ORDER BY i.created_at DESC, i.id DESC LIMIT 3))) AS j
    FROM member m WHERE m.committee_id = k.id ORDER BY m.id LIMIT 15))) END) AS j
  FROM division d LEFT JOIN committee k ON k.division_id = d.id AND k.state <> 'DISSOLVED'
  WHERE d.parent_id = s.id ORDER BY d.code LIMIT 20))) AS BLOB)
FROM division s WHERE s.code = ?1
