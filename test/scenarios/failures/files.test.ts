import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../../src/cli.ts';
import { demoDefaults } from '../../../src/demo/options.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { type Ran, TestClock, testDeps } from '../../support/deps.ts';
import { type Folder, folder } from '../../support/folder.ts';
import { now } from './cell.ts';

/** How a file is damaged: what takes its place. */
const damages: Readonly<Record<string, (path: string, text: string) => void>> = {
  missing: () => {},
  empty: (path) => writeFileSync(path, ''),
  blank: (path) => writeFileSync(path, ' \n\t\n'),
  'a word': (path) => writeFileSync(path, 'ready\n'),
  'cut in the middle': (path, text) => writeFileSync(path, text.slice(0, text.length / 2)),
  'cut at the end': (path, text) => writeFileSync(path, text.trimEnd().slice(0, -1)),
  'with something behind it': (path, text) => writeFileSync(path, `${text}}`),
  null: (path) => writeFileSync(path, 'null'),
  'a number': (path) => writeFileSync(path, '42'),
  'an empty array': (path) => writeFileSync(path, '[]'),
  'an empty object': (path) => writeFileSync(path, '{}'),
  'an array of it': (path, text) => writeFileSync(path, `[${text}]`),
  'of a later schema': (path, text) =>
    writeFileSync(path, text.replace('"schemaVersion": 1', '"schemaVersion": 99')),
  'without its schema': (path, text) =>
    writeFileSync(path, text.replace(/"schemaVersion": ?1,/, '')),
  'another document': (path) => writeFileSync(path, '{"schemaVersion":1,"kinds":[]}'),
  'with __proto__': (path) => writeFileSync(path, '{"__proto__":{"schemaVersion":1,"audits":[]}}'),
  'nested without end': (path) => writeFileSync(path, '['.repeat(200_000)),
  'zero bytes': (path) => writeFileSync(path, Buffer.alloc(4_096)),
  'UTF-16': (path, text) => writeFileSync(path, Buffer.from(`\ufeff${text}`, 'utf16le')),
  'a page': (path) => writeFileSync(path, '<!DOCTYPE html><title>Sign in</title>'),
  'a link to nowhere': (path) => symlinkSync('nowhere', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a directory': (path) => mkdirSync(path),
};

/** A command that reads the damaged file. */
interface ReadingCommand {
  readonly argv: readonly string[];
  /** The file that is damaged, one of those that `saved` writes. */
  readonly file: string;
}

const store = ['--audit-store', 'store'];
const window = ['--window', '2026-03-06,2026-03-08'];
const dayFile = 'store/day.json';
const marker = 'store/kc-etl-audit-store.json';

const commands: readonly ReadingCommand[] = [
  ...['json', 'html', 'csv', 'prometheus'].map((format) => ({
    argv: ['report', 'report.json', '-o', format],
    file: 'report.json',
  })),
  { argv: ['audit', 'compare', 'report.json', 'other.json'], file: 'report.json' },
  { argv: ['audit', 'compare', 'other.json', 'report.json', '-o', 'json'], file: 'report.json' },
  { argv: ['audit', 'merge', 'report.json', '-o', 'json'], file: 'report.json' },
  { argv: ['audit', 'merge', 'report.json', 'other.json'], file: 'report.json' },
  { argv: ['audit', 'list', '--from', 'report.json'], file: 'report.json' },
  { argv: ['audit', 'diff', '--from', 'report.json', '-o', 'json'], file: 'report.json' },
  { argv: ['repair', 'plan', '--from-findings', 'report.json'], file: 'report.json' },
  { argv: ['events', '--from', 'log.json'], file: 'log.json' },
  { argv: ['events', '--from', 'log.json', '-o', 'json'], file: 'log.json' },
  ...[dayFile, marker].flatMap((file) => [
    { argv: ['audit', 'trend', ...store, '-o', 'json'], file },
    { argv: ['audit', 'trend', ...store], file },
    { argv: ['audit', 'merge', 'store', '-o', 'json'], file },
    { argv: ['audit', 'merge', 'store', '--audit-store', 'merged'], file },
    { argv: ['audit', 'list', ...store, '-o', 'json'], file },
    { argv: ['audit', 'list', '--check', ...store], file },
    { argv: ['audit', 'compare', 'other.json', ...store], file },
    { argv: ['audit', 'explain', 'lost-disk', ...store], file },
  ]),
  ...[['audit', 'run', '--engine', 'local'], ['reconciliation'], ['events', 'coverage']].map(
    (words) => ({
      argv: [...words, '--from', 'recording', ...window],
      file: 'recording/recording.json',
    }),
  ),
];

/** A report, an event log, an AuditStore and a recording as they should be. */
const saved: Folder = folder();
afterAll(() => saved[Symbol.dispose]());
beforeAll(async () => {
  const world = { ...demoDefaults, port: 0, clusters: 1, nodes: 2, pods: 4, days: 6 };
  const demo = await startDemo(world, { clock: new TestClock(now) });
  const local = ['audit', 'run', '--engine', 'local', ...window, '--url', demo.url, '-o', 'json'];
  try {
    const report = await outcomeOf(local, saved);
    saved.write('report.json', report.stdout);
    saved.write('other.json', report.stdout);
    await outcomeOf([...local, ...store], saved);
    await outcomeOf([...local, '--record', 'recording'], saved);
    saved.write('log.json', await (await fetch(`${demo.url}/model/etl/log`)).text());
  } finally {
    await demo.close();
  }
});

async function outcomeOf(argv: readonly string[], place: Folder) {
  const words = argv.map((word) =>
    /^(\w+\.json|store|merged|recording)$/.test(word) ? place.at(word) : word,
  );
  const deps = testDeps({ clock: new TestClock(now) });
  const code = await run(words, deps);
  return { code, stdout: deps.io.stdout.text, stderr: deps.io.stderr.text };
}

/** The path of the damaged file. */
function pathOf(file: string, place: Folder): string {
  if (file !== dayFile) return place.at(file);
  const [path = ''] = readdirSync(place.at('store'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\d{4}-\d\d-\d\d\.json$/.test(name))
    .sort();
  return place.at(`store/${path}`);
}

/** What a damaged file must not do to a command; empty where nothing is wrong. */
function faultsOf({ argv, file }: ReadingCommand, what: string, outcome: Ran): string[] {
  const { code, stdout, stderr } = outcome;
  const faults: string[] = [];
  // a saved response may be null or empty: the server had nothing
  const isEmpty = argv.includes('--from') && ['null', 'an empty array'].includes(what);
  const allowed = file === dayFile || isEmpty ? [0, 2, 3] : [2, 3];
  if (!allowed.includes(code)) faults.push(`exit ${code} in place of ${allowed.join(' or ')}`);
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stdout + stderr)) faults.push('a stack trace');
  if (/this should not have happened/.test(stderr)) faults.push('an error that nobody foresaw');
  if ((stderr.match(/^(error|hint): /gm)?.length ?? 0) > 3) faults.push('more than three lines');
  if (code > 1 && !/^(error|warning): /m.test(stderr)) faults.push('a failure without a word');
  // a day that is not there is missing, or was never stored; the others are read all the same
  const isSeen = code !== 0 || isEmpty || /^warning: .*\.json /m.test(stderr);
  if (!isSeen && !unseen.has(what)) faults.push('no warning');
  return faults;
}

/** What is no file of a day. */
const unseen = new Set(['missing', 'a link to nowhere', 'a link to itself', 'a directory']);

test.each(
  commands.map((command) => ({ command, name: `${command.file}: ${command.argv.join(' ')}` })),
)('$name', async ({ command }) => {
  const found: string[] = [];
  for (const [what, damage] of Object.entries(damages)) {
    using place = folder();
    for (const name of saved.names()) {
      const isRead = [...command.argv, command.file].some((word) => word.startsWith(name));
      if (isRead) cpSync(saved.at(name), place.at(name), { recursive: true });
    }
    const path = pathOf(command.file, place);
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    damage(path, text);
    const isSame = !unseen.has(what) && readFileSync(path, 'utf8') === text;
    if (isSame) continue; // a log has no schema
    const outcome = await outcomeOf(command.argv, place);
    for (const fault of faultsOf(command, what, outcome)) {
      found.push(`${what}: ${fault} (${outcome.stderr.split('\n')[0]})`);
    }
  }
  expect(found).toEqual([]);
});
