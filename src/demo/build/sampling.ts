import { day, minute, second } from '../../time.ts';
import { unit } from '../random.ts';
import { dayOf } from '../time.ts';
import { salt } from '../world/salt.ts';
import type { SetSpec } from './spec.ts';

/** Prometheus resolution of OpenCost's queries for volumes and load balancers. */
const resolution = 5 * minute;

/**
 * Milliseconds of a window that 5-minute sampling does not see of a volume or load balancer. OpenCost
 * samples assets and allocations separately, so that the two sides differ by up to 5 minutes.
 */
export function unsampledTime(spec: SetSpec, seed: number, side: 'assets' | 'allocations'): number {
  if (!spec.sampled) return 0;
  const { start, end } = spec.data;
  const offset = (start - dayOf(start)) / minute;
  const part = unit(seed, salt.sampling, dayOf(start) / day, offset, side.length);
  return Math.floor((Math.min(resolution, (end - start) / 2) * part) / second) * second;
}

/** Sampled part of the time of a set, 0 to 1. */
export function sampledShare(spec: SetSpec, seed: number, side: 'assets' | 'allocations'): number {
  return 1 - unsampledTime(spec, seed, side) / (spec.data.end - spec.data.start);
}
