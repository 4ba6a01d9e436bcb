import type { DataStatus, MetricsReport } from '../../events/coverage/evidence.ts';
import { isErrorKind, type Store } from '../../events/kinds.ts';
import { readExposition } from '../exposition/read.ts';
import type { Sample } from '../exposition/sample.ts';
import { resolutionOf } from './etl-status-values.ts';

/** Metrics of the ETL; every other line is skipped unparsed. */
const wanted =
  /kubecost_(?:(allocation|asset)_data_status|errored_\w+_ingestions|etl_events_total|etl_progress_percent)\b/;

const statuses = ['success', 'empty', 'warning', 'error'] as const;
/** Labels that tell clusters apart, in order of preference. */
const clusterLabels = ['cluster', 'cluster_id', 'clusterId'] as const;

/** Reads what `/metrics` reports about sets. `gauges` is empty where it reports nothing about them. */
export async function readEtlMetrics(body: AsyncIterable<Uint8Array>): Promise<MetricsReport> {
  const gauges = new Map<string, DataStatus>();
  const errored = new Map<string, number>();
  const errorEvents = new Map<string, number>();
  const remarks: string[] = [];
  let unknown = 0;
  let hidesProblems = false;
  const invalid = await readExposition(
    body,
    (line) => wanted.test(line),
    (sample) => {
      const store = wanted.exec(sample.name)?.[1] as Store | undefined; // the pattern's alternatives
      if (!store) {
        if (sample.name === 'kubecost_etl_progress_percent') {
          remarks.push(...progressRemark(sample));
        } else if (sample.name === 'kubecost_etl_events_total') {
          const kind = sample.labels.get('event') ?? '';
          if (isErrorKind(kind)) addTo(errorEvents, kind, sample.value);
        } else addTo(errored, sample.name, sample.value);
        return;
      }
      const gauge = toGauge(sample, store);
      if (gauge) addGauge(gauges, gauge);
      else {
        unknown++;
        hidesProblems ||= sample.value !== 0 && statusOf(sample) !== 'success';
      }
    },
  );
  for (const [name, count] of errored) {
    remarks.push(`/metrics: ${name} is ${count} since the server started`);
  }
  if (unknown > 0)
    remarks.push(`/metrics: ${counted(unknown, 'data status gauge')} could not be read`);
  if (invalid.count > 0) {
    const lines = invalid.count === 1 ? '1 line is' : `${invalid.count} lines are`;
    remarks.push(`/metrics: ${lines} not valid (${invalid.first})`);
  }
  const isComplete = invalid.count === 0 && !hidesProblems;
  return { gauges: [...gauges.values()], errorEvents, isComplete, remarks };
}

/** Of several gauges of the same sets the larger counts. */
function addGauge(gauges: Map<string, DataStatus>, gauge: DataStatus): void {
  const { store, resolution, status, cluster, count } = gauge;
  const key = JSON.stringify([store, resolution, status, cluster]);
  if (count >= (gauges.get(key)?.count ?? 0)) gauges.set(key, gauge);
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function addTo(counts: Map<string, number>, name: string, value: number): void {
  if (value > 0) counts.set(name, (counts.get(name) ?? 0) + value);
}

/** The metric is named a percentage and is a share, 0 to 1. */
function progressRemark({ labels, value }: Sample): string[] {
  if (!(value < 1)) return [];
  const pipeline = [labels.get('etl'), labels.get('resolution')].filter(Boolean).join(' ');
  return [`/metrics: the ${pipeline} pipeline reports progress ${Math.floor(100 * value)} %`];
}

/** null where a label or the value is none of those that the metric has. */
function toGauge(sample: Sample, store: Store): DataStatus | null {
  const { labels, value } = sample;
  const resolution = resolutionOf(labels.get('resolution'));
  const status = statusOf(sample);
  if (!resolution || !status || !Number.isSafeInteger(value) || value < 0) return null;
  const cluster = clusterLabels.map((name) => labels.get(name)).find((name) => name !== undefined);
  return { store, resolution, cluster: cluster ?? null, status, count: value };
}

function statusOf({ labels }: Sample): DataStatus['status'] | null {
  const status = labels.get('status')?.toLowerCase();
  return statuses.find((known) => known === status) ?? null;
}
