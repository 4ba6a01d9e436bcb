import { availableParallelism, cpus } from 'node:os';

/**
 * One line of the table: a measurement of ours beside that of a peer, made in turns in the same run;
 * what has no peer is only measured.
 *
 * @typedef {object} Row
 * @property {string} what what is measured
 * @property {string} [peer] what it is measured against
 * @property {number} ours seconds, the median of the runs
 * @property {number} [theirs] seconds, likewise
 * @property {number} [limit] the largest allowed ours / theirs
 * @property {number} [seconds] the longest time that ours may take
 * @property {number} [memory] our peak, in bytes
 * @property {number} [memoryLimit] the largest allowed peak, in bytes
 */

/** @type {Record<string, { isSlow: boolean, load: () => Promise<{ rows: () => AsyncIterable<Row> }> }>} */
const benches = {
  'start-up': { isSlow: false, load: () => import('./start-up.js') },
  'event-log': { isSlow: false, load: () => import('./event-log.js') },
  'status-files': { isSlow: true, load: () => import('./status-files.js') },
  'local-audit': { isSlow: true, load: () => import('./local-audit.js') },
  bills: { isSlow: true, load: () => import('./bills.js') },
  fleet: { isSlow: true, load: () => import('./fleet.js') },
  watch: { isSlow: true, load: () => import('./watch.js') },
  store: { isSlow: true, load: () => import('./store.js') },
  'large-log': { isSlow: true, load: () => import('./large-log.js') },
  'demo-world': { isSlow: true, load: () => import('./demo-world.js') },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(
    `no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  await run(Object.entries(benches).filter(([name, { isSlow }]) => isAsked(name, isSlow)));
}

/**
 * @param {string} name
 * @param {boolean} isSlow measured only when named
 */
function isAsked(name, isSlow) {
  return asked.length === 0 ? !isSlow : asked.includes(name);
}

/** @param {[string, (typeof benches)[string]][]} chosen */
async function run(chosen) {
  print(
    `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'a processor'}`,
  );
  print('');
  print('| what | ours | peer | ratio | limit | peak memory | limit |');
  print('|---|---|---|---|---|---|---|');
  let missed = 0;
  for (const [, { load }] of chosen) {
    const { rows } = await load();
    for await (const row of rows()) {
      print(line(row));
      if (isOver(ratio(row), row.limit)) missed++;
      if (isOver(row.memory, row.memoryLimit)) missed++;
      if (isOver(row.ours, row.seconds)) missed++;
    }
  }
  if (missed === 0) return;
  process.stderr.write(`${missed} over the limit\n`);
  process.exitCode = 1;
}

/** @param {Row} row */
function ratio({ ours, theirs }) {
  return theirs === undefined ? undefined : ours / theirs;
}

/** @param {number | undefined} measured @param {number | undefined} limit */
function isOver(measured, limit) {
  return measured !== undefined && limit !== undefined && measured > limit;
}

/** @param {Row} row */
function line(row) {
  const { what, peer, ours, theirs, limit, seconds, memory, memoryLimit } = row;
  const cells = [
    what,
    time(ours),
    theirs === undefined ? '-' : `${peer} ${time(theirs)}`,
    ratio(row)?.toFixed(2) ?? '',
    limit?.toFixed(2) ?? (seconds === undefined ? '' : time(seconds)),
    memory === undefined ? '' : megabytes(memory),
    memoryLimit === undefined ? '' : megabytes(memoryLimit),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** @param {number} seconds */
function time(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return bytes < 1e5 ? `${Math.round(bytes)} bytes` : `${Math.round(bytes / 1e6)} MB`;
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}
