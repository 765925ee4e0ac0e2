// The resolvers that need no loader, shared by the servers that are written by hand.
import { rows } from './rows.js'

const find = { committee: rows.one('committee'), issue: rows.one('issue'), division: rows.one('divisionByCode') }
const rowId = (id) => id.slice(id.lastIndexOf('_') + 1)
const globalId = (type) => ({ id: (row) => `${type}_${row.id}` })

async function issues(_, { first, after, filter }) {
  let found
  if (filter) found = await rows.pageOf(first + 1, filter.state.eq, filter.topicCode.eq)
  else if (after) found = await rows.pageAfter(first + 1, ...after.split('~').slice(1))
  else found = await rows.page(first + 1)
  const nodes = found.slice(0, first)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: { hasNextPage: found.length > first, endCursor: last ? `~${last.createdAt}~${last.id}` : null },
  }
}

export const resolvers = {
  Query: {
    committee: async (_, { id }) => (await find.committee([rowId(id)]))[0],
    issue: async (_, { id }) => (await find.issue([rowId(id)]))[0],
    division: async (_, { code }) => (await find.division([code]))[0],
    issues,
    issueAggregate: async () => ({ groups: await rows.groups() }),
  },
  Mutation: { insertIssue: (_, { input }) => rows.insert(input) },
  Committee: globalId('Committee'),
  Division: globalId('Division'),
  Member: globalId('Member'),
  Issue: globalId('Issue'),
  Claim: { ...globalId('Claim'), quantity: ({ quantity }) => quantity === null ? null : (quantity / 100).toFixed(2) },
  Resource: globalId('Resource'),
  IssueGroup: { key: (group) => group },
}

// Fields that are loaded for many rows at once. Lists: by the parent's id; single rows: by the parent's column.
export const LISTS = [
  ['Committee', 'members'],
  ['Member', 'submittedIssues'],
  ['Issue', 'claims'],
  ['Division', 'children'],
]
export const ONES = [
  ['Claim', 'resource', 'resource', 'resource_id'],
  ['Issue', 'committee', 'committee', 'committee_id'],
  ['Issue', 'division', 'division', 'division_id'],
  ['Issue', 'submitter', 'submitter', 'submitter_id'],
  ['Division', 'committee', 'committeeOfDivision', 'id'],
  ['IssueGroupKey', 'district', 'divisionByCode', 'district_code'],
]
