// Mercurius on Fastify, with graphql-jit and its own loaders.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { LISTS, ONES, resolvers } from './resolvers.js'
import { rows } from './rows.js'

const loaders = {}
const add = (type, field, loader) => {
  loaders[type] = { ...loaders[type], [field]: { loader, opts: { cache: false } } }
}
for (const [type, field] of LISTS) {
  const load = rows.list(field)
  add(type, field, async (queries) => {
    const found = await load(queries.map(({ obj }) => obj.id), queries[0].params.first)
    return found.map((nodes) => ({ nodes }))
  })
}
for (const [type, field, name, column] of ONES) {
  const load = rows.one(name)
  add(type, field, (queries) => load(queries.map(({ obj }) => obj[column])))
}

const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')
const app = Fastify()
app.register(mercurius, { schema, resolvers, loaders, jit: 1, path: '/graphql' })
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
