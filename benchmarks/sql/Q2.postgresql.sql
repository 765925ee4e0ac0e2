SELECT '{"data":{"issues":{"nodes":[' || COALESCE(string_agg(j, ','), '')
    || '],"pageInfo":{"hasNextPage":' || CASE WHEN EXISTS (
      SELECT 1 FROM issue WHERE state = $1::text AND topic_code = $2::text LIMIT 1 OFFSET 50
    ) THEN 'true' ELSE 'false' END
    || ',"endCursor":' || COALESCE(
      '"' || $3::text || '~' || (array_agg(created_at))[count(*)] || '~' || (array_agg(id))[count(*)] || '"', 'null')
    || '}}}}'
FROM (
  SELECT i.created_at, i.id, '{"id":"Issue_' || i.id || '","number":' || COALESCE('"' || i.number || '"', 'null')
      || ',"title":"' || replace(replace(i.title, '\', '\\'), '"', '\"') || '","urgency":"' || i.urgency
      || '","createdAt":"' || i.created_at
      || '","committee":{"id":"Committee_' || k.id || '","name":"' || replace(replace(k.name, '\', '\\'), '"', '\"')
      || '"},"division":{"code":"' || d.code || '","name":"' || replace(replace(d.name, '\', '\\'), '"', '\"')
      || '"},"submitter":' || COALESCE(
        '{"id":"Member_' || m.id || '","name":"' || replace(replace(m.name, '\', '\\'), '"', '\"')
          || '","position":"' || m.position || '"}', 'null') || '}' AS j
  FROM issue i
  JOIN committee k ON k.id = i.committee_id
  JOIN division d ON d.id = i.division_id
  LEFT JOIN member m ON m.id = i.submitter_id
  WHERE i.state = $1::text AND i.topic_code = $2::text
  ORDER BY i.created_at DESC, i.id DESC LIMIT 50
) p
