SELECT CAST(printf('{"data":{"issues":{"nodes":[%s],"pageInfo":{"hasNextPage":%s,"endCursor":%s}}}}',
    COALESCE(group_concat(j, ','), ''),
    CASE WHEN EXISTS (SELECT 1 FROM issue WHERE state = ?1 AND topic_code = ?2 LIMIT 1 OFFSET 50)
      THEN 'true' ELSE 'false' END,
    CASE WHEN COUNT(*) = 0 THEN 'null' ELSE
      printf('"%s~%s~%d"', ?3, MIN(created_at), json_group_array(id) ->> '$[#-1]') END) AS BLOB)
FROM (
  SELECT i.created_at, i.id, printf(
      '{"id":"Issue_%d","number":%s,"title":%s,"urgency":"%s","createdAt":"%s","committee":{"id":"Committee_%d","name":%s},"division":{"code":"%s","name":%s},"submitter":%s}',
      i.id, json_quote(i.number), json_quote(i.title), i.urgency, i.created_at, k.id, json_quote(k.name),
      d.code, json_quote(d.name),
      CASE WHEN m.id IS NULL THEN 'null' ELSE
        printf('{"id":"Member_%d","name":%s,"position":"%s"}', m.id, json_quote(m.name), m.position) END) AS j
  FROM issue i
  JOIN committee k ON k.id = i.committee_id
  JOIN division d ON d.id = i.division_id
  LEFT JOIN member m ON m.id = i.submitter_id
  WHERE i.state = ?1 AND i.topic_code = ?2
  ORDER BY i.created_at DESC, i.id DESC LIMIT 50
)
