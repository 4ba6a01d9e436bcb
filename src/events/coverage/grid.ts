import { day, minute, type Span } from '../../time.ts';

/** Neighbouring slots between two sets that no set fills. */
export interface Gap extends Span {
  readonly slots: number;
  /** Number of sets before it. */
  readonly older: number;
}

/** Fewest empty slots, and fewest per older set, that make the older sets leftovers. */
const [minLeftoverGap, leftoverRatio] = [30, 10] as const;

/**
 * Gaps between sets. Each gap has the grid of the set after it, so a change of `utcOffset`, after
 * which sets start at another time of day, is no gap. The set in which the change happened was
 * never finished, so one slot at a change is not a gap either.
 *
 * @param starts of the sets, ascending; milliseconds since 1970
 * @param length of a set
 */
export function gapsOf(starts: readonly number[], length: number): Gap[] {
  const gaps: Gap[] = [];
  for (let i = 1; i < starts.length; i++) {
    const [previousEnd, next] = [(starts[i - 1] ?? 0) + length, starts[i] ?? 0];
    const isChange = (next - previousEnd) % length !== 0;
    const slots = Math.floor((next - previousEnd) / length) - (isChange ? 1 : 0);
    if (slots >= 1) gaps.push({ start: next - slots * length, end: next, slots, older: i });
  }
  return gaps;
}

/**
 * Number of sets at the old end that are leftovers: files that a store forgot to delete, far from
 * all others. They say nothing about how far back the store reaches.
 */
export function leftoversOf(gaps: readonly Gap[]): number {
  const cut = gaps.findLast(
    ({ slots, older }) => slots >= minLeftoverGap && slots > leftoverRatio * older,
  );
  return cut?.older ?? 0;
}

/** A change of the time of day at which sets start. */
export interface PhaseChange {
  /** Between the last set before it and the first set after it. */
  readonly at: number;
  /** Time in between that no set covers; null where the sets touch or overlap. */
  readonly uncovered: Span | null;
  readonly from: string;
  readonly to: string;
}

/** Changes of `utcOffset` between neighbouring sets of a day. */
export function phaseChanges(starts: readonly number[]): PhaseChange[] {
  const changes: PhaseChange[] = [];
  for (let i = 1; i < starts.length; i++) {
    const [previous, next] = [starts[i - 1] ?? 0, starts[i] ?? 0];
    // seconds are no time zone
    if (utcOffset(previous) === utcOffset(next)) continue;
    const end = previous + day;
    changes.push({
      at: (end + next) / 2,
      uncovered: end < next ? { start: end, end: next } : null,
      from: utcOffset(previous),
      to: utcOffset(next),
    });
  }
  return changes;
}

/** `utcOffset` of a day that starts then, as Kubecost writes it: `+01:00` for 23:00 UTC. */
export function utcOffset(start: number): string {
  const late = Math.round((((start % day) + day) % day) / minute) % (24 * 60);
  const offset = late === 0 ? 0 : late > 10 * 60 ? 24 * 60 - late : -late;
  const text = new Date(Math.abs(offset) * minute).toISOString().slice(11, 16);
  return offset === 0 ? text : `${offset < 0 ? '-' : '+'}${text}`;
}
