import { choice, integer, type Option, type OptionSet, oneOf, parsed } from '../config/option.ts';
import { parseFault } from '../demo/fault-option.ts';
import { type Fault, faultNames } from '../demo/faults.ts';
import { demoDefaults } from '../demo/options.ts';
import { type ProductVariantName, productVariants } from '../demo/variants.ts';
import { UsageError } from '../errors.ts';

const faultOption: Option<readonly Fault[]> = {
  flags: '--fault <fault>',
  description: 'inject a fault, as name or name=detail (see: kc-etl demo --list-faults)',
  values: faultNames,
  repeatable: true,
  fallback: [],
  parse: (texts) => texts.map(parseFault),
};

const variants = Object.keys(productVariants) as ProductVariantName[]; // keys() widens to string

/** The product lines of other options and pages whose newest version has a longer name here. */
const productLines: Readonly<Record<string, ProductVariantName>> = {
  'kubecost-1': 'kubecost-1.105',
};

const product: Option<ProductVariantName> = {
  ...choice<ProductVariantName>(
    {
      flags: '--as <product>',
      description: 'product and version to simulate',
      fallback: demoDefaults.as,
    },
    variants,
  ),
  parse: (texts, source) => {
    const text = texts.at(-1) ?? '';
    return productLines[text.toLowerCase()] ?? oneOf(text, variants, source);
  },
};

/** Options of the simulation; every other command accepts them with `--demo`. */
export const demoOptions = {
  seed: whole('seed', 'random seed; the same seed and time give the same data'),
  clusters: whole('clusters', 'number of clusters'),
  nodes: whole('nodes', 'number of nodes in all clusters'),
  pods: whole('pods', 'number of pods running at a time in all clusters'),
  days: whole('days', 'days in the stores, today included'),
  as: product,
  faults: faultOption,
  speed: parsed<number>(
    {
      flags: '--speed <factor>',
      description: 'simulated seconds per second; with 3600 an hour passes every second',
      fallback: demoDefaults.speed,
      fallbackText: String(demoDefaults.speed),
    },
    (text, source) => {
      const factor = Number(text);
      if (factor > 0 && Number.isFinite(factor)) return factor;
      throw new UsageError(`${source}: '${text}' is not a number above 0`);
    },
  ),
  retention: whole('retention', 'hours of metrics kept; a repair of an older window empties it'),
} satisfies OptionSet;

function whole(
  name: 'seed' | 'clusters' | 'nodes' | 'pods' | 'days' | 'retention',
  description: string,
): Option<number> {
  return integer({ flags: `--${name} <n>`, description, fallback: demoDefaults[name] });
}

/**
 * A name of an embedded server that stays the same: the options that differ from their defaults, as in
 * `demo --seed 2 --fault gap`.
 *
 * @param textsOf the texts of an option; empty where it was not given
 */
export function demoAddress(textsOf: (option: Option<unknown>) => readonly string[]): string {
  const parts = Object.values<Option<unknown>>(demoOptions).flatMap((option) => {
    const [flag = ''] = option.flags.split(' ');
    const all = [...textsOf(option)].sort();
    const texts = option.repeatable === true ? all : all.slice(-1);
    return texts
      .filter((text) => text !== String(option.fallback))
      .map((text) => `${flag} ${text}`);
  });
  return ['demo', ...parts].join(' ');
}
