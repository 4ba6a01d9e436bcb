import { parseTime } from '../../events/time.ts';
import { day, hour, type Span } from '../../time.ts';
import { type Envelope, readEnvelope } from '../json/envelope.ts';
import type { Row } from '../json/row.ts';
import { wrongType } from '../json/unexpected-shape.ts';
import type { Visitor } from '../json/visitor.ts';

/** Extent of the rows of `/allocation` or `/assets` for one window. Times in milliseconds since 1970. */
export interface DataExtent {
  /** null: not even an empty set. */
  readonly rows: number | null;
  /** Rows that are data of the window, not left over from before it. */
  readonly dataRows: number;
  /** First start and last end of the data rows; null where they have none. */
  readonly from: number | null;
  readonly until: number | null;
  /** Last end of each cluster's data rows. */
  readonly untilByCluster: ReadonlyMap<string, number>;
  /** Sums over the data rows. */
  readonly cost: number;
  readonly cpuHours: number;
}

/** Longest row that a stopped Prometheus leaves at the start of a day, in minutes. */
const maxLeftoverMinutes = 5;

type Fields = ReadonlyMap<string, unknown>;

/**
 * Reads the extent of a cost response as its rows arrive: `data` is an array of maps, one per step, of
 * which each may be null, or (OpenCost's assets) one map. Where assets have nodes, only nodes are
 * data: disks have rows for days without a sample. Times of rows outside the window are ignored: bad
 * samples of kube-state-metrics lead to rows that end years before they start.
 */
export async function readDataExtent(
  body: AsyncIterable<Uint8Array>,
  window: Span,
): Promise<{ envelope: Envelope; extent: DataExtent }> {
  const [all, nodes] = [new Extent(window), new Extent(window)];
  let rows: number | null = null;
  const set: Visitor = {
    value(row: Row) {
      const value = row.json();
      if (value === null) return;
      if (typeof value !== 'object') throw wrongType(row.path, 'an allocation or asset', value);
      rows = (rows ?? 0) + 1;
      const fields = new Map<string, unknown>(Object.entries(value));
      if (fields.get('type') === 'Node') nodes.add(fields, row.key);
      all.add(fields, row.key);
    },
  };
  const beginSet = (): Visitor => {
    rows ??= 0;
    return set;
  };
  const list: Visitor = {
    enter: (_key, opening) => (opening === '{' ? beginSet() : undefined),
    value(row) {
      const value = row.json();
      if (value !== null) throw wrongType(row.path, 'a map of rows', value);
    },
  };
  const envelope = await readEnvelope(body, (opening) => (opening === '[' ? list : beginSet()));
  envelope.hasData ||= rows !== null && rows > 0;
  const isError = envelope.code !== null && envelope.code >= 400;
  if (!isError && !envelope.hasRows && envelope.data !== null) {
    throw wrongType(['data'], 'a list or a map', envelope.data);
  }
  return { envelope, extent: { rows, ...(nodes.rows > 0 ? nodes : all).result() } };
}

/** Clusters whose data rows end more than an hour before the window does, with those ends. */
export function endedEarly({ untilByCluster }: DataExtent, end: number): Map<string, number> {
  return new Map([...untilByCluster].filter(([, until]) => until < end - hour));
}

class Extent {
  rows = 0;
  readonly #window: Span;
  #dataRows = 0;
  #from: number | null = null;
  #until: number | null = null;
  #cost = 0;
  #cpuHours = 0;
  readonly #untilByCluster = new Map<string, number>();

  constructor(window: Span) {
    this.#window = window;
  }

  add(fields: Fields, key: string | number): void {
    this.rows++;
    if (isLeftover(fields, key)) return;
    this.#dataRows++;
    this.#cost += numberOf(fields.get('totalCost'));
    this.#cpuHours += numberOf(fields.get('cpuCoreHours'));
    const [from, until] = [this.#time(fields.get('start')), this.#time(fields.get('end'))];
    if (from !== null) this.#from = Math.min(this.#from ?? from, from);
    if (until === null) return;
    this.#until = Math.max(this.#until ?? until, until);
    const cluster = clusterOf(fields, key);
    const known = this.#untilByCluster.get(cluster) ?? until;
    this.#untilByCluster.set(cluster, Math.max(known, until));
  }

  /** null: not a time, or more than a day outside the window. */
  #time(value: unknown): number | null {
    const time = timeOf(value);
    const { start, end } = this.#window;
    return time !== null && time >= start - day && time <= end + day ? time : null;
  }

  result(): Omit<DataExtent, 'rows'> {
    return {
      dataRows: this.#dataRows,
      from: this.#from,
      until: this.#until,
      untilByCluster: this.#untilByCluster,
      cost: this.#cost,
      cpuHours: this.#cpuHours,
    };
  }
}

/** Amounts of a row, of which at least one is not 0 where it is data. */
const amounts = [
  'totalCost',
  'cpuCoreHours',
  'ramByteHours',
  'gpuHours',
  'GPUHours',
  'pvByteHours',
  'networkCost',
  'loadBalancerCost',
  'externalCost',
  'byteHours',
] as const;

/**
 * Whether a row is left over from before its window: a few minutes without cost at its start, or
 * one that names no amount but 0. Unmounted volumes are, too: they have rows without any sample.
 */
function isLeftover(fields: Fields, key: string | number): boolean {
  if (/(^|\/)__unmounted__$/.test(String(key))) return true;
  const minutes = fields.get('minutes');
  const isFree = fields.get('totalCost') === 0;
  if (isFree && typeof minutes === 'number' && minutes <= maxLeftoverMinutes) return true;
  const present = amounts.map((name) => fields.get(name)).filter((value) => value !== undefined);
  return isFree && present.length > 1 && present.every((value) => value === 0);
}

/** Cluster of an asset, or of an allocation that is aggregated by cluster; empty where not reported. */
function clusterOf(fields: Fields, key: string | number): string {
  const properties = fields.get('properties');
  const cluster =
    typeof properties === 'object' && properties !== null
      ? new Map<string, unknown>(Object.entries(properties)).get('cluster')
      : undefined;
  if (typeof cluster === 'string') return cluster;
  return fields.has('type') ? '' : String(key);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? parseTime(value) : null;
  return time && time.seconds * 1000;
}
