// Asks a running server everything that the GraphQL over HTTP audit suite asks, and prints one line of JSON for each:
// its id, its name, and why it failed, or null.
import { serverAudits } from 'graphql-http';

for (const audit of serverAudits({ url: process.argv[2] })) {
  const result = await audit.fn();
  console.log(JSON.stringify([audit.id, audit.name, result.status === 'ok' ? null : result.reason]));
}
