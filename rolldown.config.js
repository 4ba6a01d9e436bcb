import { createRequire } from 'node:module';
import { defineConfig } from 'rolldown';
import packageJson from './package.json' with { type: 'json' };
import { thirdParty } from './packaging/third-party.js';

const require = createRequire(import.meta.url);

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
    code: "module.exports = (ok, message = 'assertion failed') => { if (!ok) throw Object.assign(new Error(message), { code: 'ERR_ASSERTION' }); };",
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
 * Libraries that few runs need, and that a function without promises calls: string-width creates regular
 * expressions of all emoji when it is loaded, which takes twenty milliseconds; chalk asks the system
 * for its terminal. An import on first use must stay synchronous, which ES modules cannot express.
 */
const late = [
  {
    file: 'src/output/text-width.ts',
    library: 'string-width',
    name: 'stringWidth',
    from: 'default',
  },
  { file: 'src/output/theme.ts', library: 'chalk', name: 'Chalk', from: 'Chalk' },
];

const lateLibraries = {
  name: 'late-libraries',
  buildStart() {
    for (const { library } of late) {
      this.emitFile({ type: 'chunk', id: library, fileName: `${library}.cjs` });
    }
  },
  resolveId: (id) =>
    late.some(({ library }) => id === `./${library}.cjs`) ? { id, external: true } : null,
  transform(code, id) {
    const part = late.find(({ file }) => id.endsWith(file));
    if (!part) return null;
    const { library, name, from } = part;
    const statement = new RegExp(`import .*\\b${name}\\b.* from '${library}';`);
    if (!statement.test(code)) throw new Error(`${id} imports ${library} otherwise`);
    return code.replace(
      statement,
      // also called with new: a constructor may return another object
      `let loaded; function ${name}(given) { const { ${from}: late } = (loaded ??= require('./${library}.cjs')); return new.target ? new late(given) : late(given); }`,
    );
  },
};

/**
 * undici holds its HTTP parser, WebAssembly, as text in base64, twice: with and without vector
 * instructions. V8 would read through both at every start; as files of bytes, one of them is read.
 */
const parserFiles = {
  name: 'parser-files',
  load(id) {
    const [, name] = /undici\/lib\/llhttp\/(llhttp(?:_simd)?)-wasm\.js$/.exec(id) ?? [];
    if (name === undefined) return null;
    const fileName = `${name}.wasm`;
    this.emitFile({ type: 'asset', fileName, source: require(id) });
    return `module.exports = require('node:fs').readFileSync(require('node:path').join(__dirname, '${fileName}'));`;
  },
};

/**
 * Each file is written as the function that bin/kc-etl.js calls: wrapped at every start, V8 would copy its
 * text. All of it is ASCII, which takes V8 half the memory.
 */
const functions = {
  name: 'functions',
  generateBundle(_options, output) {
    for (const part of Object.values(output)) {
      if (part.type !== 'chunk') continue;
      // whatever is not ASCII stands in strings and regular expressions
      const code = part.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      part.code = `(function (exports, require, module, __filename, __dirname) {${code}\n})`;
    }
  },
};

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  plugins: [withoutUnused, parserFiles, lateLibraries, functions, thirdParty('dist')],
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
          name: 'start',
          test: /node_modules\/commander\/|src\/(program|config\/(option|resolve)|commands\/index|commands\/(globals|table-options|connection\/options|report-option)|kubecost\/connection\/(credential-kinds|headers)|output\/(sanitize|format|formats\/names)|audits\/types|events\/kinds|errors|nearest|redaction|time|version)\.ts/,
        },
        {
          name: 'undici',
          test: /node_modules\/undici\/lib\/|kubecost\/connection\/(undici|connect|phases)\.ts/,
        },
        { name: 'zod', test: /node_modules\/zod\// },
        // before the others: what several import belongs to the one that every command loads
        {
          name: 'pipeline',
          test: /src\/(kubecost\/(client|redirect|retry-delay|identity|response|response-data|body-start|failure|(network|status|page)-failure|(network|tls)-causes|window)|kubecost\/json\/(document|envelope|syntax-error|row|tokenizer|value-scanner|unexpected-shape)|kubecost\/connection\/(address|credentials|exposure)|commands\/(command|window-option|execute|connection\/connection)|config\/files|reporter|output\/(render|documents|formats\/json))\.ts/,
        },
        {
          name: 'events',
          test: /src\/(commands\/events\/(list|list-options|read-log)|events\/(sink|packing|time-range-filter|columns|filter|line-writer|json-lines|time-sort|log|groupings)|kubecost\/schemas\/(etl-log|time-bytes))\.ts/,
        },
        {
          name: 'table',
          test: /src\/output\/(formats\/table|(table|table-view|theme|text-width)\.ts)/,
        },
        {
          name: 'audit',
          test: /src\/(commands\/audit\/(list|outcome|options|acceptance|diagnosis|shown-findings|store-options)|audits\/(gate|selection|accepted)|diagnosis\/(accepted|context|product-line|select))\.ts/,
        },
        { name: 'events-table', test: /src\/output\/tables\/events\.ts/ },
        { name: 'codes', test: /src\/diagnosis\/(codes(\/|\.ts)|repair-warning\.ts)/ },
        {
          name: 'diagnosis',
          test: /src\/(audits\/local\/evidence\/evidence-log|diagnosis\/diagnose|kubecost\/(cost-source|metrics-retention))\.ts/,
        },
        {
          name: 'verdict',
          test: /src\/output\/findings\/(amounts|calendar|marks|notes|server|servers-verdict|verdict)\.ts/,
        },
        {
          name: 'findings',
          test: /src\/output\/(tables\/findings|findings\/(brief|effect-text|explains|field|fields|objects|since-text|steps))\.ts/,
        },
        {
          name: 'audit-table',
          test: /src\/output\/tables\/(audits|differences|calendar)\.ts/,
        },
      ],
    },
  },
});
