import { credentialKinds } from '../kubecost/connection/credential-kinds.ts';
import type { Option } from './option.ts';
import { keyOf } from './resolve.ts';

/** What one key of a configuration file may hold, and in which file. */
export interface SettableKey {
  readonly takes: 'a string' | 'a list or a string' | 'true or false';
  readonly place: 'anywhere' | 'profile' | 'never';
  readonly secret: boolean;
}

/** Keys that are no option: commands that print a credential. They run, so a project cannot set them. */
export const commandKeys: ReadonlyMap<string, keyof typeof credentialKinds> = new Map(
  (Object.keys(credentialKinds) as (keyof typeof credentialKinds)[]) // the record's own names
    .map((kind) => [`${kind}Command`, kind]),
);

/** Options that say what one command line does, or write files: no configuration decides that. */
const neverSettable: ReadonlySet<string> = new Set(['demo', 'commit', 'from', 'report', 'record']);

/** What may be said of an option. */
export function settableKey(option: Option<unknown>): SettableKey {
  const takesValue = /[<[]/.test(option.flags);
  return {
    takes: !takesValue ? 'true or false' : option.repeatable ? 'a list or a string' : 'a string',
    place: neverSettable.has(keyOf(option)) ? 'never' : (option.settable ?? 'anywhere'),
    secret: option.secret ?? false,
  };
}

/** What may be said of one of {@link commandKeys}. */
export const commandKey: SettableKey = { takes: 'a string', place: 'profile', secret: false };
