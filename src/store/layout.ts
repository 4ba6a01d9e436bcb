import { createHash } from 'node:crypto';
import type { Identity, StoredDay, StoredOptions } from './schema.ts';

/**
 * Where a day is kept: `servers/<name>-<hash>/2026-11/2026-11-23.json`; with other options than the
 * default ones, `2026-11-23.<hash>.json`; hours `2026-11-23T05.json`.
 */
export function pathOf({
  server,
  options,
  window,
}: Pick<StoredDay, 'options' | 'window'> & { readonly server: Identity }): string {
  const [date = '', time = ''] = window.start.split('T');
  const hour = options.step === '1h' ? `T${time.slice(0, 2)}` : '';
  const suffix = isDefaultOptions(options) ? '' : `.${hashOf(options)}`;
  return `${folderOf(server)}/${date.slice(0, 7)}/${date}${hour}${suffix}.json`;
}

/** The folder of a server: a name that people recognise, and a hash that tells two of them apart. */
export function folderOf({ product, clusterId, address }: Identity): string {
  const readable = (clusterId ?? address)
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `servers/${readable || product}-${hashOf({ product, clusterId, address })}`;
}

/** Whether days of these options are stored under their date alone. */
export function isDefaultOptions({
  types,
  cluster,
  aggregate,
  tolerance,
  costMetric,
}: StoredOptions): boolean {
  return (
    types.length === 0 &&
    cluster === null &&
    aggregate.length === 0 &&
    tolerance === null &&
    costMetric === 'amortizedNetCost'
  );
}

/** A short name for a value, whatever the order of its fields and lists. */
export function hashOf(value: object): string {
  const sorted = Object.fromEntries(
    Object.entries(value)
      .map(([name, one]) => [name, Array.isArray(one) ? [...one].sort() : one] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
}
