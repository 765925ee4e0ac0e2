SELECT CAST(printf('{"data":{"issues":{"nodes":[%s],"pageInfo":{"hasNextPage":%s,"endCursor":%s}}}}',
    COALESCE(group_concat(j, ','), ''),
    CASE WHEN EXISTS (SELECT 1 FROM issue WHERE (created_at, id) < (?1, ?2) LIMIT 1 OFFSET 20)
      THEN 'true' ELSE 'false' END,
    CASE WHEN COUNT(*) = 0 THEN 'null' ELSE
      printf('"%s~%s~%d"', ?3, MIN(created_at), json_group_array(id) ->> '$[#-1]') END) AS BLOB)
FROM (
  SELECT created_at, id, printf('{"id":"Issue_%d","title":%s,"state":"%s","createdAt":"%s"}',
      id, json_quote(title), state, created_at) AS j
  FROM issue WHERE (created_at, id) < (?1, ?2)
  ORDER BY created_at DESC, id DESC LIMIT 20
)
