import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folder } from './support/folder.ts';
import { reply, replyData, serve } from './support/server.ts';
import { spawned } from './support/spawn.ts';

const preload = fileURLToPath(new URL('./support/record-chunks.cjs', import.meta.url));
const start = ['main', 'rolldown-runtime', 'start'];
const request = [...start, 'pipeline', 'undici'];

const passed = (type: string) => [
  type,
  { Status: 'Passed', Description: '', LastRun: '2023-01-17T21:13:44Z', MissingValues: null },
];
const auditSets = [
  {
    ...Object.fromEntries(['allocationAgg', 'allocationTotal', 'assetTotal'].map(passed)),
    allocationReconciliation: null,
    assetReconciliation: null,
    clusterEquality: null,
    window: { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' },
  },
];

/** Names of the parts of the bundle that a command reads, without their hashes. */
async function chunksOf(words: readonly string[], path = ''): Promise<string[]> {
  const log = await readFile(new URL('./fixtures/etl-log.json', import.meta.url));
  const failed = await readFile(new URL('./fixtures/etl-audit.json', import.meta.url));
  using temporary = folder();
  await using server = await serve({
    '/model/etl/log': reply(log),
    '/model/etl/audit': replyData(auditSets),
    '/failed/model/etl/audit': reply(failed),
  });
  const file = temporary.at('chunks');
  const env = { NODE_OPTIONS: `--require ${preload}`, CHUNKS_FILE: file };
  const asked = words.includes('--help') ? words : [...words, '--url', `${server.url}${path}`];
  const { code, stderr } = await spawned(asked, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const names = (await readFile(file, 'utf8')).split('\n');
  return names.map((name) => name.replace(/(-[\w-]{8})?\.cjs$/, '')).sort();
}

describe('a command loads only what it needs', () => {
  test.each([
    ['--help', start],
    ['events -q -o json', [...request, 'events']],
    ['events -q', [...request, 'events', 'table', 'events-table']],
    ['audit list -q -o json', [...request, 'audit', 'zod']],
    ['audit list -q', [...request, 'audit', 'zod', 'table', 'audit-table', 'verdict']],
  ])('%s', async (words, allowed) => {
    expect(await chunksOf(words.split(' '))).toEqual([...allowed].sort());
  });

  test('a failed audit needs its diagnosis, and no event log', async () => {
    const diagnosis = ['diagnosis', 'codes'];
    const words = ['audit', 'list', '-q', '-o', 'json'];
    expect(await chunksOf(words, '/failed')).toEqual(
      [...request, 'audit', 'zod', ...diagnosis].sort(),
    );
  });
});
