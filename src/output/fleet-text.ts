import type { FleetReport } from '../fleet/schema.ts';
import { fleetStateNames } from '../fleet/states.ts';
import { countText } from './format.ts';

/** `497 of 500 complete, 2 silent, 1 missing`. */
export function fleetSummaryText(summary: FleetReport['summary']): string {
  const others = fleetStateNames
    .filter((state) => state !== 'complete' && summary[state] > 0)
    .map((state) => `${countText(summary[state])} ${state}`);
  const complete = `${countText(summary.complete)} of ${countText(summary.total)} complete`;
  return [complete, ...others].join(', ');
}
