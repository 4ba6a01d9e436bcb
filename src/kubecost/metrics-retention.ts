import { DataError } from '../errors.ts';
import { day, hour } from '../time.ts';
import type { Client } from './client.ts';
import { identify } from './identity.ts';
import { readUnwrappedDocument } from './json/document.ts';

/** A small response in an envelope or without one; undefined where the server does not return it. */
export async function documentAt(client: Client, path: string): Promise<unknown> {
  try {
    return await client.get(path, {}, readUnwrappedDocument);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** Time for which Prometheus keeps samples, in milliseconds; null where the server does not report it. */
export async function readMetricsRetention(client: Client): Promise<number | null> {
  const { prometheusRetention } = identify({
    productConfigs: await documentAt(client, '/productConfigs'),
    clusterInfo: undefined,
    installInfo: undefined,
    hasEventLog: false,
    assets: undefined,
    allocations: undefined,
  });
  return prometheusRetention === null ? null : retentionOf(prometheusRetention);
}

const units = { h: hour, d: day, w: 7 * day, y: 365 * day } as const;

/** Milliseconds of `97h`, `15d` or `2w`; null for anything else. */
export function retentionOf(text: string): number | null {
  const [, amount, unit] = /^(\d+)([hdwy])$/.exec(text.trim()) ?? [];
  return amount === undefined ? null : Number(amount) * units[unit as keyof typeof units]; // as matched
}
