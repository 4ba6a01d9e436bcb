import { defineConfig } from 'rolldown';
import packageJson from './package.json' with { type: 'json' };
import { thirdParty } from './packaging/third-party.js';

/**
 * Parts that a library loads when it is imported, and kc-etl never uses: loading them would
 * take as long as the library itself. undici speaks HTTP/1.1 here, sends no forms, and asks Node's own
 * http only for a limit and a class to compare with; commander starts processes only for commands
 * that are programs of their own.
 */
const unused = [
  { id: './client-h2.js', from: /undici/, code: 'module.exports = undefined;' },
  { id: '../web/fetch/body.js', from: /undici/, code: 'module.exports = {};' },
  {
    id: 'node:http',
    from: /undici/,
    code: 'module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} };',
  },
  {
    id: 'node:assert',
    from: /undici/,
    code: "module.exports = (ok, message = 'assertion failed') => { if (!ok) throw new Error(message); };",
  },
  { id: 'node:child_process', from: /commander/, code: 'module.exports = {};' },
];

const withoutUnused = {
  name: 'without-unused',
  resolveId(id, importer = '') {
    const at = unused.findIndex((part) => part.id === id && part.from.test(importer));
    return at < 0 ? null : `\0unused-${at}`;
  },
  load: (id) => unused[id.startsWith('\0unused-') ? Number(id.slice(8)) : -1]?.code ?? null,
};

/**
 * string-width creates regular expressions of all emoji when it is loaded, which takes twenty
 * milliseconds and is needed for few texts. An import of its own chunk on first use must stay
 * synchronous, which ES modules cannot express.
 */
const lateStringWidth = {
  name: 'late-string-width',
  buildStart() {
    this.emitFile({ type: 'chunk', id: 'string-width', fileName: 'string-width.cjs' });
  },
  resolveId: (id) => (id === './string-width.cjs' ? { id, external: true } : null),
  transform(code, id) {
    if (!id.endsWith('src/output/text-width.ts')) return null;
    const statement = "import stringWidth from 'string-width';";
    if (!code.includes(statement)) throw new Error('text-width.ts imports string-width otherwise');
    return code.replace(
      statement,
      "let loaded; const stringWidth = (text) => (loaded ??= require('./string-width.cjs').default)(text);",
    );
  },
};

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  plugins: [withoutUnused, lateStringWidth, thirdParty('dist')],
  transform: {
    target: 'node20.19',
    define: { KC_ETL_VERSION: JSON.stringify(packageJson.version) },
  },
  output: {
    dir: 'dist',
    // Node starts CommonJS ten milliseconds sooner than ES modules
    format: 'cjs',
    // Node's own modules too are required: import() would start the loader of ES modules
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    cleanDir: true,
    minify: true,
    chunkFileNames: '[name]-[hash].cjs',
    // Every file costs a millisecond of start-up: what is always loaded together is one file.
    codeSplitting: {
      groups: [
        {
          name: 'undici',
          test: /node_modules\/undici\/lib\/|kubecost\/connection\/(undici|connect|phases)\.ts/,
        },
        {
          name: 'start',
          test: /rolldown\/runtime|src\/(config\/(option|resolve)|commands\/(globals|table-options|connection\/options|report-option)|kubecost\/connection\/(credential-kinds|headers)|output\/(sanitize|format|formats\/names)|audits\/types|events\/kinds|errors|nearest|redaction|time|version)\.ts/,
        },
        { name: 'program', test: /node_modules\/commander\/|src\/(program|commands\/index)\.ts/ },
        // before the table: what both import belongs to the one that every command loads
        {
          name: 'pipeline',
          test: /src\/(kubecost\/(client|response|failure|(network|status|page)-failure|(network|tls)-causes|window)|kubecost\/json\/(envelope|syntax-error|row|tokenizer|value-scanner|unexpected-shape)|kubecost\/connection\/(address|credentials|exposure)|commands\/(window-option|execute|connection\/connection|events\/(list|read-log))|config\/files|reporter|output\/render)\.ts/,
        },
        {
          name: 'table',
          test: /node_modules\/chalk\/|src\/output\/(tables\/|datasets\/|coverage\/|formats\/table|(table|theme|text-width|difference-text)\.ts)/,
        },
        {
          name: 'log',
          test: /src\/(events\/[^/]+(?<!schema)\.ts|kubecost\/schemas\/(etl-log|time-bytes))/,
        },
      ],
    },
  },
});
