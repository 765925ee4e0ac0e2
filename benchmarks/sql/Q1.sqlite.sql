SELECT CAST(printf('{"data":{"committee":{"id":"Committee_%d","name":%s,"state":"%s","members":{"nodes":[%s]}}}}',
    k.id, json_quote(k.name), k.state, (SELECT COALESCE(group_concat(j, ','), '') FROM (
  SELECT printf('{"id":"Member_%d","name":%s,"category":"%s","position":"%s","submittedIssues":{"nodes":[%s]}}',
      m.id, json_quote(m.name), m.category, m.position, (SELECT COALESCE(group_concat(j, ','), '') FROM (
    SELECT printf('{"id":"Issue_%d","title":%s,"state":"%s","createdAt":"%s","claims":{"nodes":[%s]}}',
        i.id, json_quote(i.title), i.state, i.created_at, (SELECT COALESCE(group_concat(j, ','), '') FROM (
      SELECT printf('{"id":"Claim_%d","state":"%s","quantity":%s,"resource":%s}', c.id, c.state,
          CASE WHEN c.quantity IS NULL THEN 'null' ELSE printf('"%d.%02d"', c.quantity / 100, c.quantity % 100) END,
          CASE WHEN r.id IS NULL THEN 'null' ELSE
            printf('{"id":"Resource_%d","name":%s,"unit":%s}', r.id, json_quote(r.name), json_quote(r.unit)) END) AS j
      FROM claim c LEFT JOIN resource r ON r.id = c.resource_id
      WHERE c.issue_id = i.id ORDER BY c.created_at DESC, c.id DESC LIMIT 10))) AS j
    FROM issue i WHERE i.submitter_id = m.id ORDER BY i.created_at DESC, i.id DESC LIMIT 5))) AS j
  FROM member m WHERE m.committee_id = k.id ORDER BY m.id LIMIT 15))) AS BLOB)
FROM committee k WHERE k.id = ?1
