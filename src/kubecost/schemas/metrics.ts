import type { DataStatus } from '../../events/coverage/evidence.ts';
import { limited } from '../json/size-limit.ts';

const gauge = /^kubecost_(allocation|asset)_data_status\{([^}]*)\}\s+([0-9.eE+]+)(?:\s|$)/;
const label = /([a-z_]+)="([^"]*)"/g;
const maxLine = 0x1_0000;

const resolutions = { daily: 'day', hourly: 'hour' } as const;
const statuses = ['success', 'empty', 'warning', 'error'] as const;

/**
 * The gauges of `/metrics` (Prometheus text format) with the number of sets of each store in each
 * state; null where there are none.
 */
export async function readDataStatus(
  body: AsyncIterable<Uint8Array>,
): Promise<readonly DataStatus[] | null> {
  const found: DataStatus[] = [];
  const decoder = new TextDecoder();
  let rest = '';
  const read = (line: string) => {
    const parsed = parseGauge(line);
    if (parsed) found.push(parsed);
  };
  for await (const chunk of limited(body)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLine);
    for (const line of lines) read(line);
  }
  read(rest);
  return found.length > 0 ? found : null;
}

function parseGauge(line: string): DataStatus | null {
  const [, store, labels = '', value] = gauge.exec(line) ?? [];
  if (store === undefined) return null;
  const named = new Map([...labels.matchAll(label)].map(([, name, text]) => [name, text]));
  const resolution = resolutions[named.get('resolution') as keyof typeof resolutions]; // undefined where it is no key
  const status = statuses.find((known) => known === named.get('status'));
  const count = Number(value);
  if (!resolution || !status || !Number.isFinite(count)) return null;
  return { store: store === 'asset' ? 'asset' : 'allocation', resolution, status, count };
}
