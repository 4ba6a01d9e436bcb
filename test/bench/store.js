import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inTurns, kcEtl, peakMemory, runOnce } from './support/processes.js';

const folder = join(tmpdir(), 'kc-etl-bench-store-500-90');
const days = 90;
/** Copies of the clusters of a small world: 20 clusters become 500. */
const copies = 25;
/** Days with a finding, and so with the objects behind it. */
const isWrong = (/** @type {number} */ day) => day >= 60 && day < 70;

/** What reads an AuditStore of 500 clusters and 90 days, beside cat and jq over the same files. */
export async function* rows() {
  if (!existsSync(folder)) await write();
  const filter = '[.window.start, (.audits[] | [.type, .status])]';
  const files = join(folder, 'servers/*/*/*.json');
  const theirs = /** @type {const} */ (['sh', '-c', `cat ${files} | jq -c '${filter}'`]);
  for (const [what, ...argv] of /** @type {const} */ ([
    ['audit list', 'audit', 'list', '-o', 'json'],
    ['audit trend', 'audit', 'trend', '-o', 'json'],
    ['report -o html', 'report', '-o', 'html'],
    ['fleet', 'fleet', '-o', 'json'],
  ])) {
    const ours = kcEtl([...argv, '--audit-store', folder, '-q']);
    const times = await inTurns({ ours, theirs }, 3);
    yield {
      what: `${what}: 500 clusters, 90 days from an AuditStore`,
      peer: 'cat and jq',
      ...times,
      seconds: 2,
      memory: await peakMemory(ours),
      memoryLimit: 200e6,
    };
  }
}

/** A store whose days are those of a small world, with each cluster many times. */
async function write() {
  const small = join(tmpdir(), `kc-etl-bench-store-small-${process.pid}`);
  const world = ['--demo', '--clusters', '20', '--nodes', '60', '--pods', '600', '--days', '8'];
  const yesterday = new Date(Date.now() - 4 * 86_400_000).toISOString().slice(0, 10);
  const fault = ['--fault', `lost-disk=${yesterday}`];
  const run = ['audit', 'run', ...world, ...fault, '--window', '3d settled', '--fail-on', 'never'];
  await runOnce(kcEtl([...run, '--audit-store', small, '-q']));
  const paths = readdirSync(small, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\d{4}-\d\d-\d\d\.json$/.test(path))
    .sort();
  const texts = paths.map((path) => readFileSync(join(small, path), 'utf8'));
  const wrong = texts.find((text) => text.includes('"Failed"'));
  const right = texts.find((text) => !text.includes('"Failed"'));
  if (!wrong || !right) throw new Error('the small world has no day with and without a finding');
  const server = dirname(dirname(paths[0] ?? ''));
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
    const path = join(part, server, date.slice(0, 7), `${date}.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, multiplied(isWrong(day) ? wrong : right, Date.UTC(2026, 0, 1 + day)));
  }
  writeFileSync(
    join(part, 'kc-etl-audit-store.json'),
    readFileSync(join(small, 'kc-etl-audit-store.json')),
  );
  renameSync(part, folder);
  rmSync(small, { recursive: true, force: true });
}

/** @param {string} text a stored day @param {number} start */
function multiplied(text, start) {
  const own = JSON.parse(text);
  const shift = start - Date.parse(own.window.start);
  const moved = text
    .replaceAll(own.window.start, iso(start))
    .replaceAll(own.window.end, iso(start + 86_400_000));
  const day = JSON.parse(moved, (key, value) =>
    (key === 'start' || key === 'end') && typeof value === 'number' ? value + shift : value,
  );
  const names = day.clusters.map((/** @type {{ cluster: string }} */ one) => one.cluster);
  const named = new RegExp(`"(${names.join('|')})(?=["/])`, 'g');
  /** @param {unknown[] | null} list */
  const many = (list) =>
    list?.length
      ? Array.from({ length: copies }, (_, i) =>
          i === 0 ? list : JSON.parse(JSON.stringify(list).replace(named, `"$1-${i}`)),
        ).flat()
      : list;
  for (const name of ['clusters', 'nodes']) day[name] = many(day[name]);
  day.presence.clusters = many(day.presence.clusters);
  for (const [name, value] of Object.entries(day.evidence ?? {})) {
    if (Array.isArray(value) && name !== 'answers') day.evidence[name] = many(value);
  }
  return textOf(day);
}

/** As an AuditStore writes it: a field a line, and an element of a list a line. @param {object} day */
function textOf(day) {
  const fields = Object.entries(day).map(([name, value]) => {
    const isList = Array.isArray(value) && typeof value[0] === 'object';
    const lines = isList
      ? value.map((/** @type {object} */ one) => `  ${JSON.stringify(one)}`)
      : [];
    return ` "${name}": ${isList ? `[\n${lines.join(',\n')}\n ]` : JSON.stringify(value)}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

/** @param {number} time */
function iso(time) {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
