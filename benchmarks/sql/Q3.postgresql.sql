SELECT '{"data":{"division":{"name":"' || replace(replace(s.name, '\', '\\'), '"', '\"')
    || '","children":{"nodes":[' || (SELECT COALESCE(string_agg(j, ','), '') FROM (
  SELECT '{"code":"' || d.code || '","name":"' || replace(replace(d.name, '\', '\\'), '"', '\"')
      || '","committee":' || COALESCE(
        '{"id":"Committee_' || k.id || '","name":"' || replace(replace(k.name, '\', '\\'), '"', '\"')
          || '","members":{"nodes":[' || (SELECT COALESCE(string_agg(j, ','), '') FROM (
    SELECT '{"id":"Member_' || m.id || '","name":"' || replace(replace(m.name, '\', '\\'), '"', '\"')
        || '","position":"' || m.position
        || '","submittedIssues":{"nodes":[' || (SELECT COALESCE(string_agg(j, ','), '') FROM (
      SELECT '{"id":"Issue_' || i.id || '","title":"' || replace(replace(i.title, '\', '\\'), '"', '\"')
          || '","state":"' || i.state || '","createdAt":"' || i.created_at || '"}' AS j
      FROM issue i WHERE i.submitter_id = m.id ORDER BY i.created_at DESC, i.id DESC LIMIT 3) p) || ']}}' AS j
    FROM member m WHERE m.committee_id = k.id ORDER BY m.id LIMIT 15) p) || ']}}',
        'null') || '}' AS j
  FROM division d LEFT JOIN committee k ON k.division_id = d.id AND k.state <> 'DISSOLVED'
  WHERE d.parent_id = s.id ORDER BY d.code LIMIT 20) p) || ']}}}}'
FROM division s WHERE s.code = $1::text
