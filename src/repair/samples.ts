import { hour, type Span } from '../time.ts';
import type { ExpectedNode, HourlySamples } from './evidence.ts';
import type { RepairMetric } from './stores.ts';

/** Hours of a day with samples of every expected node, and the first gap. */
export interface SampleHours {
  readonly hours: number;
  readonly present: number;
  readonly firstGap: {
    readonly metric: RepairMetric;
    readonly node: string;
    readonly hour: number;
  } | null;
}

/** Smallest part of a node's busiest hour that counts as a whole hour of samples. */
const wholeHour = 0.9;

/** Counts the hours of a day that have the samples to rebuild a set from. */
export function countSampleHours(
  day: Span,
  expected: readonly ExpectedNode[],
  samples: ReadonlyMap<RepairMetric, HourlySamples>,
  metrics: readonly RepairMetric[],
): SampleHours {
  const hours = Math.round((day.end - day.start) / hour);
  let present = 0;
  let firstGap: SampleHours['firstGap'] = null;
  for (let at = 0; at < hours; at++) {
    const span = { start: day.start + at * hour, end: day.start + (at + 1) * hour };
    const due = expected.filter(({ start, end }) => start <= span.start && end >= span.end);
    const missing = metrics
      .flatMap((metric) => due.map(({ key }) => ({ metric, node: key, hour: at })))
      .find(({ metric, node }) => !isWhole(samples.get(metric)?.get(node), at, metric));
    if (missing) firstGap ??= missing;
    else present++;
  }
  return { hours, present, firstGap };
}

/** The samples of containers come and go with them: any number counts. */
function isWhole(counts: readonly number[] | undefined, at: number, metric: RepairMetric): boolean {
  const count = counts?.[at] ?? 0;
  if (metric === 'container_cpu_allocation') return count > 0;
  return count > 0 && count >= wholeHour * Math.max(...(counts ?? []));
}
