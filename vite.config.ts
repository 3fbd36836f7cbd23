import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { PATIENCE_MS } from './tests/helpers/patience.ts'
import { REPLACE_MODULES } from './tests/helpers/replaceModules.ts'

const server = `http://127.0.0.1:${process.env.PORT ?? 3500}`

/** What runs before the page is painted has its content's hash in its name, as all the rest: a browser that knows it need not ask for it, and the app begins sooner. */
function keptAppearance(): Plugin {
  const source = readFileSync(new URL('public/appearance.js', import.meta.url))
  const fileName = `assets/appearance-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`
  return {
    name: 'kept-appearance',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'asset', fileName, source })
    },
    transformIndexHtml: html => html.replace('/appearance.js', `/${fileName}`),
  }
}

export default defineConfig({
  plugins: [keptAppearance(), vue({ features: { optionsAPI: false }, template: { compilerOptions: { isCustomElement: tag => tag.startsWith('sl-') } } })],
  build: {
    outDir: 'dist/client',
    target: 'es2022',
    sourcemap: true,
    // All of the first load is one file: what other parts need too would be twenty, each with a request and a beginning of its own.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
    // The content policy lets no font through that is part of a style sheet.
    assetsInlineLimit: file => /\.(?:woff2?|ttf)$/.test(file) ? false : undefined,
  },
  css: {
    postcss: {
      plugins: [{
        // A finger leaves its last place "hovered": how a thing looks under a pointer is for who has one.
        postcssPlugin: 'hover-needs-a-pointer',
        Rule(rule, { AtRule }) {
          const isMixed = /:(is|where)\([^)]*:hover/.test(rule.selector) // also for the focus, say
          const isInside = rule.parent?.type === 'atrule' && 'params' in rule.parent && String(rule.parent.params).includes('hover')
          if (!rule.selector.includes(':hover') || isMixed || isInside)
            return
          const media = new AtRule({ name: 'media', params: '(hover: hover)' })
          rule.replaceWith(media)
          media.append(rule)
        },
      }],
    },
  },
  worker: { format: 'es' },
  server: {
    port: 5173,
    // The page keeps its own host in these requests, so that the server's check of `Origin` holds here too.
    proxy: { '/api': server, '/ws': { target: server, ws: true } },
  },
  test: {
    restoreMocks: true,
    // Many tests wait for something: by itself vitest would keep one core free, and on two take one file after the other.
    maxWorkers: '100%',
    // As with the journeys: what passes the second time only is told, and is a fault to find, but not one of the change that is checked.
    retry: 1,
    // A wait ends when what it waits for is there; the bound only matters where something is wrong, or the machine is very busy.
    expect: { poll: { timeout: PATIENCE_MS } },
    hookTimeout: 120_000, // what a test leaves behind is removed after it, be it a hundred thousand files
    projects: [
      {
        extends: true,
        test: {
          name: 'client',
          testTimeout: 120_000,
          environment: 'happy-dom',
          include: ['tests/client/**/*.test.ts', 'tests/architecture.test.ts'],
          setupFiles: ['tests/helpers/browserGlobals.ts'],
        },
      },
      {
        extends: true,
        // One after the other in a process that has read the server's code once: reading it for each file is half of what they take.
        test: { name: 'server', environment: 'node', include: ['tests/{server,sdk,shared}/**/*.test.ts'], exclude: REPLACE_MODULES, testTimeout: 120_000, isolate: false },
      },
      {
        extends: true,
        test: { name: 'replaced', environment: 'node', include: REPLACE_MODULES, testTimeout: 120_000 },
      },
      {
        extends: true,
        // The same promises with the rows in a real PostgreSQL.
        test: { name: 'postgres', environment: 'node', include: ['tests/postgres/**/*.test.ts', 'tests/server/{deleting,deleting-turns,history,sending,uploads,rest-messages,retry,waiting,versions}.test.ts'], globalSetup: 'tests/postgres/postgresServer.ts', testTimeout: 120_000, isolate: false },
      },
      {
        extends: true,
        // Against a real S3 server, which takes its time to start: apart, so that other runs need not wait for it.
        test: { name: 's3', environment: 'node', include: ['tests/s3/**/*.test.ts'], globalSetup: 'tests/s3/s3Server.ts', testTimeout: 120_000, isolate: false },
      },
    ],
  },
})
