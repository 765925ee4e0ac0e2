SELECT '{"data":{"committee":{"id":"Committee_' || k.id || '","name":"' || replace(replace(k.name, '\', '\\'), '"', '\"')
    || '","state":"' || k.state || '","members":{"nodes":[' || array_to_string(ARRAY(
  SELECT '{"id":"Member_' || m.id || '","name":"' || replace(replace(m.name, '\', '\\'), '"', '\"')
      || '","category":"' || m.category || '","position":"' || m.position
      || '","submittedIssues":{"nodes":[' || array_to_string(ARRAY(
    SELECT '{"id":"Issue_' || i.id || '","title":"' || replace(replace(i.title, '\', '\\'), '"', '\"')
        || '","state":"' || i.state || '","createdAt":"' || i.created_at
        || '","claims":{"nodes":[' || array_to_string(ARRAY(
      SELECT '{"id":"Claim_' || c.id || '","state":"' || c.state
          || '","quantity":' || COALESCE('"' || (c.quantity * 0.01)::text || '"', 'null')
          || ',"resource":' || COALESCE(
            '{"id":"Resource_' || r.id || '","name":"' || replace(replace(r.name, '\', '\\'), '"', '\"')
              || '","unit":' || COALESCE('"' || replace(replace(r.unit, '\', '\\'), '"', '\"') || '"', 'null') || '}',
            'null') || '}'
      FROM claim c LEFT JOIN resource r ON r.id = c.resource_id
      WHERE c.issue_id = i.id ORDER BY c.created_at DESC, c.id DESC LIMIT 10), ',') || ']}}'
    FROM issue i WHERE i.submitter_id = m.id ORDER BY i.created_at DESC, i.id DESC LIMIT 5), ',') || ']}}'
  FROM member m WHERE m.committee_id = k.id ORDER BY m.id LIMIT 15), ',') || ']}}}}'
FROM committee k WHERE k.id = $1::bigint
