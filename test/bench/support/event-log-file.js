import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What the benches generate; not kept in the repository. */
export const dataFolder = fileURLToPath(new URL('../data/', import.meta.url));

const steps = [
  'Saved',
  'Saved',
  'Saved',
  'Totaled',
  'Totaled',
  'Aggregated',
  'Reconciled',
  'Loaded',
];

/**
 * An answer of `/etl/log` with so many events, the same every time: two lists, a few seconds out of
 * order here and there, as pipelines that run side by side write them.
 *
 * @param {number} events
 * @returns {Promise<{ folder: string, name: string }>}
 */
export async function eventLogFile(events) {
  const name = `event-log-${events}.json`;
  const file = `${dataFolder}${name}`;
  try {
    await access(file);
  } catch {
    await mkdir(dataFolder, { recursive: true });
    await write(`${file}.part`, events);
    await rename(`${file}.part`, file);
  }
  return { folder: dataFolder, name };
}

/**
 * @param {string} file
 * @param {number} events
 */
async function write(file, events) {
  const out = createWriteStream(file);
  let text = '';
  for (const piece of answer(events)) {
    text += piece;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

/** @param {number} events */
function* answer(events) {
  const random = numbers();
  const perList = events / 2;
  yield '{"code":200,"data":{';
  for (const [list, set] of [
    ['allocation', 'AllocationSet'],
    ['asset', 'AssetSet'],
  ]) {
    yield `"${list}":[`;
    for (let i = 0; i < perList; i++) {
      yield `${i > 0 ? ',' : ''}${event(`${set}`, (i / perList) * 7 * 86_400, random)}`;
    }
    yield '],';
  }
  yield `"counters":{"AllocationSetSaved":${perList},"AssetSetSaved":${perList}}}}\n`;
}

/**
 * @param {string} set
 * @param {number} second of the week
 * @param {() => number} random
 */
function event(set, second, random) {
  const step = steps[Math.floor(random() * steps.length)];
  const hour = Math.floor(second / 3600) - Math.floor(random() * 3);
  const size = step === 'Totaled' ? '' : `"size":${Math.floor(random() * 900)},`;
  const window = `"window":{"start":"${time(hour * 3600)}Z","end":"${time((hour + 1) * 3600)}Z"}`;
  const fraction =
    String(Math.floor(random() * 1e9))
      .padStart(9, '0')
      .replace(/0+$/, '') || '0';
  const at = time(Math.floor(second - random() * 5));
  return `{"kind":"${set}${step}","metadata":{${size}${window}},"time":"${at}.${fraction}Z"}`;
}

/** @param {number} second of the week */
function time(second) {
  return new Date(Date.UTC(2022, 5, 6) + second * 1000).toISOString().slice(0, 19);
}

/** Numbers from 0 to 1 that are the same in every run. */
function numbers() {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
