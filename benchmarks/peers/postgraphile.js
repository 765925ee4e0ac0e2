// PostGraphile 5 over the tables as they are.
import './node22.js'
import { createServer } from 'node:http'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { postgraphile } from 'postgraphile'
import { grafserv } from 'postgraphile/grafserv/node'

const { pathname, searchParams } = new URL(process.env.DATABASE_URL.replace('@/', '@localhost/'))
const poolConfig = {
  host: searchParams.get('host'),
  user: 'postgres',
  database: pathname.slice(1),
  max: 8,
  options: '-c jit=off -c random_page_cost=1.1',
}
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ poolConfig, schemas: ['public'] })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
}
const serv = postgraphile(preset).createServ(grafserv)
const server = createServer()
await serv.addTo(server)
if (process.env.PRINT) {
  const { printSchema } = await import('graphql')
  const { schema } = await postgraphile(preset).getSchemaResult()
  console.log(printSchema(schema))
}
server.listen(Number(process.env.PORT), '127.0.0.1')
