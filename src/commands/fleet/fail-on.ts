import { commaSeparated, type Option, oneOf } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import { type FleetState, fleetStateNames } from '../../fleet/states.ts';

const words = [...fleetStateNames, 'never'] as const;

/** `--fail-on`; null: no gate, as for `never`. */
export const failOnOption: Option<readonly FleetState[] | null> = {
  flags: '--fail-on <state>',
  description: 'exit 1 when a cluster has one of these states',
  scope: 'fleet',
  values: words,
  repeatable: true,
  fallback: null,
  fallbackText: 'never',
  parse(texts, source) {
    const named = commaSeparated(texts).map((word) => oneOf(word, words, source));
    const states = named.filter((word) => word !== 'never');
    if (states.length > 0 && states.length < named.length) {
      throw new UsageError(`${source}: never excludes the other states`, 'leave one of them out');
    }
    return states.length > 0 ? states : null;
  },
};
