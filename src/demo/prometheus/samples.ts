import { day, hour, minute, type Span } from '../../time.ts';
import { lastSampledHour } from '../build/fault-names.ts';
import { billedSet } from '../build/spec.ts';
import type { FaultPlan } from '../fault-plan.ts';
import type { FaultName } from '../faults.ts';
import { dayOf, overlap } from '../time.ts';
import type { Cluster } from '../world/clusters.ts';
import type { NodeSlot } from '../world/nodes.ts';

/** Interval between two samples of a series. */
export const scrapeInterval = minute;

/** The samples that Prometheus has: limited by its retention, and by faults. */
export class Samples {
  readonly #plan: FaultPlan;
  readonly #retention: number;

  /** @param retention hours */
  constructor(plan: FaultPlan, retention: number) {
    this.#plan = plan;
    this.#retention = retention;
  }

  /** Parts of a span for which Prometheus has samples at all, oldest first. */
  available(span: Span, now: number): Span[] {
    const kept = overlap(span, { start: now - this.#retention * hour, end: now });
    if (kept === null) return [];
    return sampledParts(kept, (dayStart) => {
      const end = dayStart + day;
      if (this.#plan.affectsDay('no-samples', dayStart)) return { start: end, end };
      const lost = this.#plan.amountOfDay('metrics-lost', dayStart) ?? 0;
      const isStopped = this.#plan.affectsDay('samples-stop', dayStart);
      return {
        start: dayStart + Math.min(lost, day),
        end: isStopped ? dayStart + lastSampledHour * hour : end,
      };
    });
  }

  /** Whether the workloads of a cluster have samples on a day. */
  hasWorkloads(cluster: Cluster, dayStart: number): boolean {
    const spec = billedSet({ start: dayStart, end: dayStart + day });
    return !this.#plan.affectsCluster('pods-missing', spec, cluster);
  }

  /** Whether a fault changes the series of a node on a day. */
  hasFault(name: FaultName, slot: NodeSlot, dayStart: number): boolean {
    const spec = billedSet({ start: dayStart, end: dayStart + day });
    return this.#plan.amountOn(name, spec, slot) !== null;
  }

  /** Whether a fault of whole days changes the series of a day. */
  hasDayFault(name: FaultName, dayStart: number): boolean {
    return this.#plan.affectsDay(name, dayStart);
  }
}

/** Days that a span touches, as midnights. */
export function daysOf({ start, end }: Span): number[] {
  const days: number[] = [];
  for (let at = dayOf(start); at < end; at += day) days.push(at);
  return days;
}

/** The parts of a span that have samples; those of each day are in one span of it. */
function sampledParts(span: Span, sampledSpan: (dayStart: number) => Span): Span[] {
  const parts: Span[] = [];
  for (const dayStart of daysOf(span)) {
    const sampled = sampledSpan(dayStart);
    const part = sampled.start < sampled.end ? overlap(sampled, span) : null;
    const last = parts.at(-1);
    if (part && last?.end === part.start) {
      parts[parts.length - 1] = { start: last.start, end: part.end };
    } else if (part) parts.push(part);
  }
  return parts;
}
