// graphql-yoga with graphql-jit and DataLoader.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { LISTS, ONES, resolvers } from './resolvers.js'
import { rows } from './rows.js'

// A request has its own loaders, made when a field first needs one.
const loader = (context, name, load) => (context[name] ??= new DataLoader(load))

for (const [type, field] of LISTS) {
  const load = rows.list(field)
  resolvers[type] = {
    ...resolvers[type],
    [field]: async (row, { first }, context) => ({
      nodes: await loader(context, `${field} ${first}`, (parents) => load(parents, first)).load(row.id),
    }),
  }
}
for (const [type, field, name, column] of ONES) {
  const load = rows.one(name)
  resolvers[type] = {
    ...resolvers[type],
    [field]: (row, _, context) => row[column] === null ? null : loader(context, `${type} ${field}`, load).load(row[column]),
  }
}

const typeDefs = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  plugins: [useGraphQlJit()],
  context: () => ({}),
  logging: false,
  graphiql: false,
  landingPage: false,
})
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1')
