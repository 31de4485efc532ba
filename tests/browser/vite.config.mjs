// Builds the app into the folder that --outDir names.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'vite';

const here = path.dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  base: '/',
  esbuild: { jsx: 'automatic' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  resolve: {
    alias: {
      'react-router-dom-v5-compat': 'react-router-dom',
      // Nobody edits code here, and it is the largest part of all.
      'monaco-editor': path.join(here, 'app/nothing.js'),
      '@monaco-editor/react': path.join(here, 'app/nothing.js'),
    },
  },
  build: { target: 'es2022', minify: false, sourcemap: false, chunkSizeWarningLimit: 50000,
    reportCompressedSize: false, emptyOutDir: true },
  logLevel: 'error',
});
