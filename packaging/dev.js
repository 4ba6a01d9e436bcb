// `npm run dev -- <arguments>`: runs src/main.ts without a build. Each TypeScript file is transformed when
// Node loads it. Start-up is slower than the bundle's; use the bundle to measure.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transformSync } from 'rolldown/utils';
import packageJson from '../package.json' with { type: 'json' };

/**
 * Node's load hook.
 *
 * @type {(url: string, context: object, nextLoad: (url: string, context: object) => unknown) => unknown}
 */
export function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const { code, errors } = transformSync(path, readFileSync(path, 'utf8'), {
    define: { KC_ETL_VERSION: JSON.stringify(packageJson.version) },
  });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return { format: 'module', source: code, shortCircuit: true };
}

if (isMainThread) {
  /** @type {Partial<Record<'registerHooks', (hooks: { load: typeof load }) => void>> & typeof module} the types are those of Node 20 */
  const { registerHooks } = module;
  if (registerHooks) registerHooks({ load });
  // Node 20 runs hooks in a thread of their own, which loads this file a second time
  else module.register(import.meta.url);
  // a computed path, so that checking the types of packaging/ does not check all of src again
  await import(new URL('../src/main.ts', import.meta.url).href);
}
