import { UsageError } from '../../errors.ts';
import { day } from '../../time.ts';
import type { FaultPlan } from '../fault-plan.ts';
import type { Kubecost } from '../kubecost.ts';
import type { BillRow } from './charge.ts';
import { csvLines } from './csv.ts';
import type { BillFormatName } from './format-names.ts';
import { billFormats } from './formats.ts';
import { chargesOf } from './world-charges.ts';

export interface SampleBill {
  readonly title: string;
  /** Midnight UTC of the first day, and the end of the last. */
  readonly start: number;
  readonly end: number;
  /** Lines of a CSV file, the header first. */
  lines(): Iterable<string>;
}

/**
 * A bill in a cloud's own format for the days of the stores whose bill has arrived by `now`.
 * @throws UsageError where no cluster runs on a cloud of this format, or no day is billed yet
 */
export function sampleBill(
  format: BillFormatName,
  { kubecost, plan }: { kubecost: Pick<Kubecost, 'world' | 'pipeline'>; plan: FaultPlan },
  now: number,
): SampleBill {
  const { world, pipeline } = kubecost;
  const { title, providers, rows } = billFormats[format];
  const isListed = (provider: string) => providers.some((one) => one === provider);
  if (!world.clusters.some(({ provider }) => isListed(provider.name))) {
    throw new UsageError(
      `--write-bill: no cluster of this world runs on ${providers.join(' or ')}`,
      'raise --clusters: every third one is on the same cloud',
    );
  }
  const sets = pipeline.days(now).filter(({ billed }) => billed);
  const [first] = sets;
  const last = sets.at(-1);
  if (!first || !last) {
    throw new UsageError('--write-bill: no day of the stores is billed yet', 'raise --days');
  }
  function* all(): Generator<BillRow> {
    for (const set of sets) {
      const charges = [...chargesOf(world, set, plan)].filter((one) => isListed(one.provider));
      yield* rows(charges, set.window.start);
    }
  }
  return {
    title,
    start: first.window.start,
    end: last.window.start + day,
    lines: () => csvLines(all()),
  };
}
