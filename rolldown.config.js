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
 * string-width makes its segmenter when it is imported, which takes ten milliseconds and is needed
 * only for text beyond ASCII.
 */
const lateSegmenter = {
  name: 'late-segmenter',
  transform(code, id) {
    if (!/node_modules\/string-width\/index\.js$/.test(id)) return null;
    const made = 'const segmenter = new Intl.Segmenter();';
    if (!code.includes('Intl.Segmenter') || !code.includes('import {eastAsianWidth}')) return null;
    if (!code.includes(made)) throw new Error('string-width makes its segmenter otherwise now');
    return code
      .replace(made, 'let segmenter;')
      .replaceAll('segmenter.segment(', '(segmenter ??= new Intl.Segmenter()).segment(');
  },
};

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  plugins: [withoutUnused, lateSegmenter, thirdParty('dist')],
  // most of undici is never called: its functions are compiled when they are
  optimization: { pifeForModuleWrappers: false },
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
          // what only a forward proxy needs comes with the proxy
          test: /node_modules\/undici\/lib\/(?!dispatcher\/(proxy-agent|socks5)|api\/api-connect|core\/socks5)|connection\/undici\.ts/,
        },
        {
          name: 'start',
          test: /src\/(config\/(option|resolve)|commands\/(globals|connection\/options|report-option)|kubecost\/connection\/(credential-kinds|headers)|output\/(sanitize|formats\/names)|errors|nearest|redaction)\.ts/,
        },
        {
          name: 'table',
          test: /node_modules\/(cli-table3|string-width|@colors|emoji-regex|chalk)\/|src\/output\/(tables\/|formats\/table|[a-z-]+\.ts)(?<!schemas\.ts|render\.ts)/,
        },
        {
          name: 'pipeline',
          test: /src\/(kubecost\/(client|response|failure|window)|kubecost\/json\/(envelope|syntax-error|row|tokenizer|value-scanner|unexpected-shape)|kubecost\/connection\/(address|credentials|exposure)|commands\/(window-option|execute|connection\/connection|events\/(list|read-log))|config\/files|reporter|output\/render)\.ts/,
        },
        {
          name: 'log',
          test: /src\/(events\/[^/]+(?<!schema)\.ts|kubecost\/schemas\/(etl-log|time-bytes))/,
        },
      ],
    },
  },
});
