import { choice, integer, type Option, type OptionSet, parsed } from '../config/option.ts';
import { type Fault, faultNames, parseFault } from '../demo/faults.ts';
import { demoDefaults } from '../demo/options.ts';
import { type ProductVariantName, productVariants } from '../demo/variants.ts';
import { UsageError } from '../errors.ts';

const faultOption: Option<readonly Fault[]> = {
  flags: '--fault <fault>',
  description: 'break something, as name or name=detail (see: kc-etl demo --list-faults)',
  values: faultNames,
  repeatable: true,
  fallback: [],
  parse: (texts) => texts.map(parseFault),
};

/** What is simulated. Also taken by every other command beside `--demo`. */
export const demoOptions = {
  seed: whole('seed', 'another number is another world'),
  clusters: whole('clusters', 'how many clusters'),
  nodes: whole('nodes', 'nodes in all clusters together'),
  pods: whole('pods', 'pods that run at a time, in all clusters together'),
  days: whole('days', 'days that the stores hold, today among them'),
  as: choice<ProductVariantName>(
    { flags: '--as <product>', description: 'which product answers', fallback: demoDefaults.as },
    Object.keys(productVariants) as ProductVariantName[], // keys() forgets which
  ),
  faults: faultOption,
  speed: parsed<number>(
    {
      flags: '--speed <factor>',
      description: 'seconds that pass in a second; 3600 lets an hour pass',
      fallback: demoDefaults.speed,
      fallbackText: String(demoDefaults.speed),
    },
    (text, source) => {
      const factor = Number(text);
      if (factor > 0 && Number.isFinite(factor)) return factor;
      throw new UsageError(`${source}: '${text}' is not a number above 0`);
    },
  ),
  retention: whole('retention', 'hours of metrics; a repair of an older window empties it'),
} satisfies OptionSet;

function whole(
  name: 'seed' | 'clusters' | 'nodes' | 'pods' | 'days' | 'retention',
  description: string,
): Option<number> {
  return integer({ flags: `--${name} <n>`, description, fallback: demoDefaults[name] });
}
