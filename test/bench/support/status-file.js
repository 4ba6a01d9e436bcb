import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename } from 'node:fs/promises';
import { dataFolder } from './event-log-file.js';

const hour = 3600;
/** The end of the newest set, in seconds since 1970. */
const newest = Date.UTC(2026, 10, 26) / 1000;

/**
 * An answer of `/etl/status` with so many files: hourly sets of two stores and five clusters.
 *
 * @param {number} files
 * @returns {Promise<{ folder: string, name: string }>}
 */
export async function statusFile(files) {
  const name = `etl-status-${files}.json`;
  const path = `${dataFolder}${name}`;
  try {
    await access(path);
  } catch {
    await mkdir(dataFolder, { recursive: true });
    const out = createWriteStream(`${path}.part`);
    for (const chunk of answer(files / 10)) {
      if (!out.write(chunk)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'close');
    await rename(`${path}.part`, path);
  }
  return { folder: dataFolder, name };
}

/** @param {number} perDirectory */
function* answer(perDirectory) {
  yield '{"code":200,"data":{';
  for (const [i, store] of ['allocation', 'assets'].entries()) {
    yield `${i > 0 ? ',' : ''}"${store}":{`;
    for (let cluster = 0; cluster < 5; cluster++) {
      yield `${cluster > 0 ? ',' : ''}"cluster-${cluster}":{"hourly":{"resolution":"1h0m0s",`;
      yield '"lastRun":"2026-11-26T00:05:00Z","progress":1,"backup":{"files":[';
      yield* listing(`cluster-${cluster}/etl/bingen/${store}/1h`, perDirectory);
      yield ']}}}';
    }
    yield '}';
  }
  yield '}}\n';
}

/**
 * @param {string} directory
 * @param {number} count
 */
function* listing(directory, count) {
  for (let i = 0; i < count; i++) {
    const start = newest - (count - i) * hour;
    const modified = new Date((start + hour + 300) * 1000).toISOString();
    const file = {
      name: `${directory}/${start}-${start + hour}`,
      size: '29.4KiB',
      lastModified: modified,
      isRepairing: false,
      details: {},
    };
    yield `${i > 0 ? ',' : ''}${JSON.stringify(file)}`;
  }
}
