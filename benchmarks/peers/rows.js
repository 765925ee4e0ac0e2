// Reads the workload's rows: what each field needs for many parents at once, on PostgreSQL or SQLite.
// Only the columns that the schema has are read, and every statement is prepared.
import Database from 'better-sqlite3'
import pg from 'pg'

const COLUMNS = {
  committee: 'id, name, state',
  division: 'id, code, name',
  member: 'id, name, category, position',
  issue:
    'id, number, title, topic_code AS "topicCode", urgency, state, created_at AS "createdAt", due_at AS "dueAt", ' +
    'committee_id, division_id, submitter_id',
  claim: 'id, state, quantity, resource_id',
  resource: 'id, name, unit',
}
// Rows below a parent: table, the column that names the parent, order.
const LISTS = {
  members: ['member', 'committee_id', 'id'],
  submittedIssues: ['issue', 'submitter_id', 'created_at DESC, id DESC'],
  claims: ['claim', 'issue_id', 'created_at DESC, id DESC'],
  children: ['division', 'parent_id', 'code'],
}
// Single rows: table, and the unique column that they are found by.
const ONES = {
  committee: ['committee', 'id'],
  division: ['division', 'id'],
  submitter: ['member', 'id'],
  resource: ['resource', 'id'],
  issue: ['issue', 'id'],
  divisionByCode: ['division', 'code'],
  committeeOfDivision: ['committee', 'division_id'],
}
const PAGE = (where, limit) =>
  `SELECT ${COLUMNS.issue} FROM issue ${where} ORDER BY created_at DESC, id DESC LIMIT ${limit}`
const STATES =
  'SUBMITTED NEEDS_INFO ACCEPTED IN_DELIBERATION OPEN_FOR_CLAIM IN_PROGRESS ' +
  'SUSPENDED AWAITING_VERIFICATION CLOSED REJECTED WITHDRAWN MERGED'
const RANKS = STATES.split(' ').map((state, rank) => `WHEN '${state}' THEN ${rank}`).join(' ')
const GROUPS =
  `SELECT substr(code, 1, 6) || '000000' AS district_code, state, CAST(SUM(n) AS INTEGER) AS count ` +
  'FROM (SELECT division_code AS code, state, COUNT(*) AS n FROM issue GROUP BY 1, 2) AS i GROUP BY 1, 2 ' +
  `ORDER BY 1, CASE state ${RANKS} END`

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function postgres(url) {
  const { pathname, searchParams } = new URL(url.replace('@/', '@localhost/'))
  const host = searchParams.get('host')
  const options = '-c jit=off -c random_page_cost=1.1'
  const pool = new pg.Pool({ host, user: 'postgres', database: pathname.slice(1), max: 8, options })
  const all = async (name, text, values) => (await pool.query({ name, text, values })).rows

  const list = (name) => {
    const [table, parent, order] = LISTS[name]
    const below = `SELECT ${COLUMNS[table]} FROM ${table} WHERE ${parent} = p.parent ORDER BY ${order} LIMIT $2`
    const text = `SELECT p.parent, x.* FROM unnest($1::bigint[]) AS p(parent) CROSS JOIN LATERAL (${below}) AS x`
    return async (parents, first) => {
      const byParent = new Map(parents.map((id) => [id, []]))
      for (const row of await all(name, text, [parents, first])) byParent.get(row.parent).push(row)
      return parents.map((id) => byParent.get(id))
    }
  }
  const one = (name) => {
    const [table, column] = ONES[name]
    const type = column === 'code' ? 'text' : 'bigint'
    const text = `SELECT ${column} AS key, ${COLUMNS[table]} FROM ${table} WHERE ${column} = ANY($1::${type}[])`
    return async (keys) => {
      const found = new Map((await all(`one ${name}`, text, [keys])).map((row) => [row.key, row]))
      return keys.map((key) => found.get(key) ?? null)
    }
  }
  return {
    list,
    one,
    page: (first) => all('page', PAGE('', '$1'), [first]),
    pageAfter: (first, createdAt, id) =>
      all('page after', PAGE('WHERE (created_at, id) < ($2::text, $3::bigint)', '$1'), [first, createdAt, id]),
    pageOf: (first, state, topic) => all('page of', PAGE('WHERE state = $2 AND topic_code = $3', '$1'), [first, state, topic]),
    groups: () => all('groups', GROUPS, []),
    insert: async (input) => {
      const names = Object.keys(input)
      const places = names.map((_, at) => `$${at + 1}`)
      const text = `INSERT INTO issue (${names.map(snake)}) VALUES (${places}) RETURNING ${COLUMNS.issue}`
      return (await all('insert', text, Object.values(input)))[0]
    },
  }
}

// Statements run inside this process, so one for each parent costs no round trip, and each uses its index and limit.
function sqlite(path) {
  const database = new Database(path, { readonly: true })
  for (const pragma of ['cache_size = -64000', 'mmap_size = 1073741824', 'temp_store = memory']) database.pragma(pragma)
  const prepared = (sql) => database.prepare(sql)

  const list = (name) => {
    const [table, parent, order] = LISTS[name]
    const rows = prepared(`SELECT ${COLUMNS[table]} FROM ${table} WHERE ${parent} = ? ORDER BY ${order} LIMIT ?`)
    return async (parents, first) => parents.map((id) => rows.all(id, first))
  }
  const one = (name) => {
    const [table, column] = ONES[name]
    const row = prepared(`SELECT ${COLUMNS[table]} FROM ${table} WHERE ${column} = ?`)
    return async (keys) => keys.map((key) => row.get(key) ?? null)
  }
  const page = prepared(PAGE('', '?'))
  const pageAfter = prepared(PAGE('WHERE (created_at, id) < (?, ?)', '?'))
  const pageOf = prepared(PAGE('WHERE state = ? AND topic_code = ?', '?'))
  const groups = prepared(GROUPS)
  return {
    list,
    one,
    page: async (first) => page.all(first),
    pageAfter: async (first, createdAt, id) => pageAfter.all(createdAt, Number(id), first),
    pageOf: async (first, state, topic) => pageOf.all(state, topic, first),
    groups: async () => groups.all(),
  }
}

const url = process.env.DATABASE_URL
export const rows = url.startsWith('sqlite:') ? sqlite(url.slice('sqlite:///'.length)) : postgres(url)
