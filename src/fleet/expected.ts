import { UsageError } from '../errors.ts';

/** The clusters that should report, by id. */
export type ExpectedClusters = ReadonlyMap<string, ExpectedCluster>;

export interface ExpectedCluster {
  /** Start of its first UTC day, in milliseconds since 1970; null where the file does not say. */
  readonly since: number | null;
}

/**
 * The text of an `--expect` file: a cluster id a line, after it the date of its first day if it is newer
 * than the window. Empty lines and `#` comments are left out.
 *
 * @throws UsageError naming the line
 */
export function parseExpected(text: string, path: string): ExpectedClusters {
  const clusters = new Map<string, ExpectedCluster>();
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const words = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const [id = '', since, ...more] = words;
    if (id === '') continue;
    const where = `--expect ${path}:${i + 1}`;
    if (more.length > 0 || (since !== undefined && !/^\d{4}-\d\d-\d\d$/.test(since))) {
      throw new UsageError(
        `${where}: expected a cluster id, or a cluster id and a date such as 2026-11-01`,
        'one cluster per line, without commas or quotes',
      );
    }
    const start = since === undefined ? null : Date.parse(`${since}T00:00:00Z`);
    if (Number.isNaN(start)) throw new UsageError(`${where}: ${since} is not a date`);
    if (clusters.has(id)) throw new UsageError(`${where}: ${id} is in the file twice`);
    clusters.set(id, { since: start });
  }
  if (clusters.size === 0) throw new UsageError(`--expect ${path} names no cluster`);
  return clusters;
}
