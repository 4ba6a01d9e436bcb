import { exitCodes } from '../../errors.ts';
import { plural } from '../../output/format.ts';
import type { RepairReport } from '../../repair/schema.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { type PlanValues, planFor, planOptions } from './planning.ts';

/** `repair plan`: what would be rebuilt, in which order, and what must not be. */
export const repairPlan = defineCommand({
  description:
    'An ordered plan to rebuild sets: the daily sets that coverage reports as missing, empty,\n' +
    'incomplete or in error, or those that the findings of an audit report name. For each step it\n' +
    'checks hour by hour whether Prometheus still holds the samples of every node, whether the set is\n' +
    'being repaired already, and what it holds now. A step that would empty or shrink a set is refused\n' +
    'with the reason. Nothing is written.',
  examples: [
    'kc-etl repair plan --window 4d',
    'kc-etl repair plan --from-findings report.json',
    'kc-etl repair plan --window yesterday --rebuild asset -o json',
  ],
  options: planOptions,
  prints: 'repair',
  run: plan,
});

async function plan(values: PlanValues, context: Context): Promise<Outcome> {
  const client = await context.connect();
  const { report } = await planFor(values, client, context);
  return {
    result: { kind: 'repair', report },
    exitCode: exitCodes.ok.code,
    verdict: planText(report),
  };
}

/** Counts of a plan in words. */
export function planText({ steps }: RepairReport): string {
  if (steps.length === 0) return 'nothing to repair';
  const refused = steps.filter(({ state }) => state === 'refused').length;
  const rest = refused > 0 ? `, ${refused} refused` : '';
  return `${plural(steps.length - refused, 'step')} planned${rest}`;
}
