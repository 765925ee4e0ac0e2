SELECT '{"data":{"issues":{"nodes":[' || COALESCE(string_agg(j, ','), '')
    || '],"pageInfo":{"hasNextPage":' || CASE WHEN EXISTS (
      SELECT 1 FROM issue WHERE (created_at, id) < ($1::text, $2::bigint) LIMIT 1 OFFSET 20
    ) THEN 'true' ELSE 'false' END
    || ',"endCursor":' || COALESCE(
      '"' || $3::text || '~' || (array_agg(created_at))[count(*)] || '~' || (array_agg(id))[count(*)] || '"', 'null')
    || '}}}}'
FROM (
  SELECT created_at, id, '{"id":"Issue_' || id || '","title":"' || replace(replace(title, '\', '\\'), '"', '\"')
      || '","state":"' || state || '","createdAt":"' || created_at || '"}' AS j
  FROM issue WHERE (created_at, id) < ($1::text, $2::bigint)
  ORDER BY created_at DESC, id DESC LIMIT 20
) p
