// The GraphiQL page: the stock editor with the explorer, our examples in the first tab and room for a token.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher, StorageAPI } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';

import examples from './examples.graphql?raw';
import headers from './headers.jsonc?raw';
import variables from './variables.json?raw';

// Without incremental delivery the fetcher asks for `application/graphql-response+json` first.
const fetcher = createGraphiQLFetcher({
  url: new URL('graphql', location.href).href,
  enableIncrementalDelivery: false,
});

// On a first visit the examples go where the editor keeps what was typed last; it opens them like a visitor's own work.
const storage = new StorageAPI();
if (!storage.get('tabState')) {
  storage.set('query', examples);
  storage.set('variables', variables);
}

// Headers are not kept between visits: a token does not belong in the browser's storage.
createRoot(document.getElementById('ide')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
    defaultHeaders={headers}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>Community committees</GraphiQL.Logo>
  </GraphiQL>,
);
