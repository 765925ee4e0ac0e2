SELECT '{"data":{"issues":{"nodes":[' || COALESCE(string_agg(j, ','), '') || ']}}}'
FROM (
  SELECT '{"id":"Issue_' || id || '","number":' || COALESCE('"' || number || '"', 'null')
      || ',"title":"' || replace(replace(title, '\', '\\'), '"', '\"')
      || '","topicCode":' || COALESCE('"' || topic_code || '"', 'null')
      || ',"urgency":"' || urgency || '","state":"' || state || '","createdAt":"' || created_at
      || '","dueAt":' || COALESCE('"' || due_at || '"', 'null') || '}' AS j
  FROM issue ORDER BY created_at DESC, id DESC LIMIT $1::bigint
) p
