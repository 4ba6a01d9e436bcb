import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** What each part of src may import besides itself; see docs/architecture.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  'io.ts': [],
  'make-folder.ts': [],
  'nearest.ts': [],
  'shell-quote.ts': [],
  'time.ts': [],
  'version.ts': [],
  'secret-pattern.ts': [],
  'text-safety.ts': [],
  'redaction.ts': ['io.ts', 'secret-pattern.ts', 'text-safety.ts'],
  'ending.ts': ['errors.ts'],
  'process-sink.ts': ['io.ts'],
  'reporter.ts': ['io.ts', 'text-safety.ts', 'time.ts'],
  files: ['errors.ts', 'io.ts'],
  costs: ['errors.ts', 'time.ts'],
  events: ['errors.ts', 'time.ts'],
  audits: ['costs', 'errors.ts', 'time.ts'],
  diagnosis: ['audits', 'costs', 'errors.ts', 'shell-quote.ts', 'time.ts'],
  bills: ['audits', 'costs', 'errors.ts', 'time.ts'],
  repair: ['events', 'time.ts'],
  fleet: ['errors.ts', 'nearest.ts', 'time.ts'],
  reconciliation: ['costs', 'events', 'time.ts'],
  kubecost: [
    'costs',
    'errors.ts',
    'events',
    'files',
    'io.ts',
    'make-folder.ts',
    'redaction.ts',
    'secret-pattern.ts',
    'shell-quote.ts',
    'time.ts',
    'nearest.ts',
  ],
  config: ['errors.ts', 'kubecost', 'nearest.ts', 'shell-quote.ts', 'time.ts'],
  doctor: ['errors.ts', 'events', 'io.ts', 'kubecost', 'shell-quote.ts', 'time.ts'],
  store: [
    'audits',
    'costs',
    'diagnosis',
    'errors.ts',
    'files',
    'fleet',
    'io.ts',
    'make-folder.ts',
    'reconciliation',
    'time.ts',
  ],
  watch: ['audits', 'diagnosis', 'errors.ts', 'events', 'io.ts', 'store', 'time.ts'],
  output: [
    'audits',
    'costs',
    'diagnosis',
    'doctor',
    'errors.ts',
    'events',
    'fleet',
    'nearest.ts',
    'reconciliation',
    'repair',
    'text-safety.ts',
    'time.ts',
    'version.ts',
    'watch',
  ],
  demo: ['audits', 'costs', 'errors.ts', 'events', 'io.ts', 'nearest.ts', 'time.ts'],
  commands: [
    'audits',
    'bills',
    'config',
    'costs',
    'demo',
    'diagnosis',
    'doctor',
    'errors.ts',
    'events',
    'files',
    'fleet',
    'io.ts',
    'kubecost',
    'make-folder.ts',
    'nearest.ts',
    'output',
    'reconciliation',
    'repair',
    'redaction.ts',
    'reporter.ts',
    'shell-quote.ts',
    'store',
    'time.ts',
    'version.ts',
    'watch',
  ],
};

/** Every file of src with the files it imports, type-only and dynamic imports included. */
function importGraph(): Map<string, readonly string[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return new Map(
    files.map((file) => {
      const text = readFileSync(join('src', file), 'utf8');
      const specifiers = [...text.matchAll(/(?:from|import\(|import)\s*'(\.[^']+)'/g)];
      return [file, specifiers.map(([, to = '']) => normalize(join(dirname(file), to)))];
    }),
  );
}

const graph = importGraph();
const partOf = (file: string) => file.split('/')[0] ?? file;

/** A path of imports that ends in the file it starts from; null where there is none. */
function cycleThrough(start: string): string[] | null {
  const previous = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const path = [start];
        for (let at = file; at !== start; at = previous.get(at) ?? start) path.unshift(at);
        return [start, ...path];
      }
      if (previous.has(next)) continue;
      previous.set(next, file);
      queue.push(next);
    }
  }
  return null;
}

describe('architecture', () => {
  test('every import leads to a file', () => {
    const lost = [...graph].flatMap(([file, to]) =>
      to.filter((one) => !graph.has(one)).map((one) => `${file} imports ${one}`),
    );
    expect(lost).toEqual([]);
    expect(graph.size).toBeGreaterThan(100);
  });

  test('imports follow the pipeline', () => {
    const wrong = [...graph].flatMap(([file, imports]) => {
      const part = partOf(file);
      if (['main.ts', 'cli.ts', 'program.ts'].includes(part)) return [];
      return imports
        .filter((to) => partOf(to) !== part && !allowed[part]?.includes(partOf(to)))
        .map((to) => `${file} imports ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  test('no import cycles, type-only imports included', () => {
    const cycles = [...graph.keys()]
      .map(cycleThrough)
      .filter((cycle) => cycle !== null)
      .map((cycle) => cycle.join(' > '));
    expect(cycles).toEqual([]);
  });
});

test('every audit and check has a unit test of its own', () => {
  const checks = 'audits/local/checks';
  const untested = (graph.get(`${checks}/registry.ts`) ?? [])
    .filter((file) => file.startsWith(`${checks}/`))
    .filter((file) => !existsSync(join('test', file.replace(/\.ts$/, '.test.ts'))));
  expect(graph.get(`${checks}/registry.ts`)).toContain(`${checks}/summary.ts`);
  expect(untested).toEqual([]);
});
