SELECT '{"data":{"issue":{"id":"Issue_' || id || '","title":"' || replace(replace(title, '\', '\\'), '"', '\"')
    || '","state":"' || state || '","createdAt":"' || created_at || '"}}}'
FROM issue WHERE id = $1::bigint
