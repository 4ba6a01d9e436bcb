import type { OptionSet } from '../config/option.ts';
import { commandKey, commandKeys, type SettableKey, settableKey } from '../config/placement.ts';
import { keyOf } from '../config/resolve.ts';
import { globalOptions } from './globals.ts';
import { allCommands } from './index.ts';

/**
 * What a configuration file may say: the options of every command, which are all loaded only where
 * the global ones and those of the command at hand do not explain what is `wanted`.
 */
export async function knownKeys(
  own: OptionSet,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, SettableKey>> {
  const known = new Map([...commandKeys.keys()].map((key) => [key, commandKey]));
  const add = (options: OptionSet) => {
    for (const option of Object.values(options)) known.set(keyOf(option), settableKey(option));
  };
  add(globalOptions);
  add(own);
  if ([...wanted].every((key) => known.has(key))) return known;
  for (const command of (await allCommands()).values()) add(command.options);
  return known;
}
