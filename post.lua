wrk.method="POST"
wrk.headers["Content-Type"]="application/json"
wrk.body='{"query":"{ division(code: \\"620100000000\\") { name level } }"}'
