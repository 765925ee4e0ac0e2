import { defineConfig } from 'vite';

import { dependencies } from './package.json';
import { output, record } from './record.js';

export default defineConfig({
  // The page is served at more than one address, so everything it loads is named relative to it.
  base: './',
  esbuild: { jsx: 'automatic' },
  worker: { format: 'es' },
  plugins: [{ name: 'record', apply: 'build', closeBundle: record }],
  build: {
    outDir: output,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The editor is one chunk of about 2.8 MB.
    chunkSizeWarningLimit: 3000,
    rollupOptions: {
      // What we did not write gets a chunk of its own: a change of our few lines then leaves the large files alone.
      output: { manualChunks: { graphiql: Object.keys(dependencies).filter((name) => name !== 'graphql') } },
      // "use client" means something to servers that render React, and nothing here.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
});
