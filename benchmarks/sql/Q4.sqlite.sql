SELECT CAST(printf('{"data":{"issue":{"id":"Issue_%d","title":%s,"state":"%s","createdAt":"%s"}}}',
    id, json_quote(title), state, created_at) AS BLOB)
FROM issue WHERE id = ?1
