import { createWriteStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { startDemo } from './support/demo.js';
import { inTurns, kcEtl, node, peakMemory } from './support/processes.js';

const folder = join(tmpdir(), 'kc-etl-bench-bills');
const reader = fileURLToPath(new URL('./support/read-bill.js', import.meta.url));
const lines = 1_000_000;
const dayMs = 86_400_000;
/** The day that is audited, settled on every product. */
const start = Math.floor(Date.now() / dayMs) * dayMs - 5 * dayMs;
const iso = (/** @type {number} */ time) => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Reading a bill of a million lines, beside the library that reads it. */
export async function* rows() {
  mkdirSync(folder, { recursive: true });
  const demo = await startDemo(['--as', 'opencost', '--nodes', '20', '--pods', '50']);
  const audit = ['audit', 'run', '--url', demo.url, '--type', 'asset-reconciliation', '-q'];
  const window = ['--window', `${iso(start).slice(0, 10)},${iso(start + dayMs).slice(0, 10)}`];
  try {
    for (const [name, write, peer] of /** @type {const} */ ([
      ['focus.csv', writeCsv, 'papaparse'],
      ['focus.parquet', writeParquet, 'hyparquet, the same columns'],
    ])) {
      const path = join(folder, `${iso(start).slice(0, 10)}-${name}`);
      if (!existsSync(path)) await write(path);
      const fixed = [...window, '-o', 'json', '--fail-on', 'never'];
      const ours = kcEtl([...audit, ...fixed, '--bill', path]);
      const times = await inTurns({ ours, theirs: node([reader, path]) }, 3);
      yield {
        what: `audit run --bill: ${name}, ${lines.toLocaleString('en')} lines of 12 columns`,
        peer,
        ...times,
        limit: 1.5,
        memory: await peakMemory(ours),
        memoryLimit: 170e6,
      };
    }
  } finally {
    demo.stop();
  }
}

/** @param {number} i which line @returns {Record<string, string | number>} */
function lineOf(i) {
  const hour = start + (i % 24) * 3_600_000;
  const cost = ((i * 7919) % 100_000) / 1e5;
  return {
    BilledCost: cost,
    EffectiveCost: cost * 0.7,
    ListCost: cost,
    BillingCurrency: 'USD',
    ChargeCategory: 'Usage',
    ChargePeriodStart: iso(hour),
    ChargePeriodEnd: iso(hour + 3_600_000),
    ProviderName: 'AWS',
    ResourceId: `arn:aws:ec2:us-east-2:1234:instance/i-0${(i % 5000).toString(16).padStart(16, '0')}`,
    ServiceCategory: i % 3 === 0 ? 'Storage' : 'Compute',
    SubAccountId: '123456789012',
    ConsumedQuantity: 1,
  };
}

/** @param {string} path */
async function writeCsv(path) {
  const part = `${path}.part`;
  const out = createWriteStream(part);
  out.write(`${Object.keys(lineOf(0)).join(',')}\n`);
  for (let i = 0; i < lines; i += 1000) {
    let text = '';
    for (let k = i; k < i + 1000; k++) text += `${Object.values(lineOf(k)).join(',')}\n`;
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', () => resolve(null)));
  }
  await new Promise((resolve) => out.end(() => resolve(null)));
  renameSync(part, path);
}

/** @param {string} path */
async function writeParquet(path) {
  const columnData = Object.entries(lineOf(0)).map(([name, value]) => ({
    name,
    type: /** @type {'DOUBLE' | 'STRING'} */ (typeof value === 'number' ? 'DOUBLE' : 'STRING'),
    data: Array.from({ length: lines }, (_, i) => lineOf(i)[name] ?? ''),
  }));
  const buffer = parquetWriteBuffer({ columnData, rowGroupSize: 100_000 });
  writeFileSync(path, new Uint8Array(buffer));
}
