SELECT CAST(printf('{"data":{"issues":{"nodes":[%s]}}}', COALESCE(group_concat(j, ','), '')) AS BLOB)
FROM (
  SELECT printf(
      '{"id":"Issue_%d","number":%s,"title":%s,"topicCode":%s,"urgency":"%s","state":"%s","createdAt":"%s","dueAt":%s}',
      id, json_quote(number), json_quote(title), json_quote(topic_code), urgency, state, created_at,
      json_quote(due_at)) AS j
  FROM issue ORDER BY created_at DESC, id DESC LIMIT ?1
)
