import type { Configuration } from '../config/files.ts';
import type { Option, OptionSet } from '../config/option.ts';
import { type ConfiguredValue, keyOf, longName } from '../config/resolve.ts';

/** The options that make a command a gate. */
const gates: ReadonlySet<string> = new Set(['fail-on', 'strict', 'baseline']);

/** Options of a gate that change how it runs or what it shows, but no verdict. */
const harmless: ReadonlySet<string> = new Set([
  'concurrency',
  'interval',
  'listen',
  'wait-timeout',
]);

/**
 * Which configuration files change the verdict of a command, and by which keys; null where none does.
 *
 * @param options of the command itself
 * @param find where the value of an option comes from
 */
export function settingsNote(
  options: OptionSet,
  { user, project }: Configuration,
  find: (option: Option<unknown>) => ConfiguredValue | null,
): string | null {
  const own: Option<unknown>[] = Object.values(options);
  if (!own.some((option) => gates.has(longName(option)))) return null;
  const keysFrom = (origin: ConfiguredValue['origin']) =>
    own
      .filter((option) => option.group !== 'Display:' && !harmless.has(longName(option)))
      .filter((option) => find(option)?.origin === origin)
      .map((option) => keyOf(option));
  const accepts = own.some((option) => longName(option) === 'baseline');
  const parts = [
    {
      file: project,
      keys: [...keysFrom('project'), ...(accepts ? (project?.sections ?? []) : [])],
    },
    { file: user, keys: keysFrom('profile') },
  ]
    .filter(({ keys }) => keys.length > 0)
    .map(({ file, keys }) => `${file?.path} sets ${keys.join(', ')}`);
  return parts.length === 0 ? null : `${parts.join('; ')}, which can change the result`;
}
