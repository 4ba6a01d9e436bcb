import { flag, type OptionSet, type Values } from '../../config/option.ts';
import { commandKeys } from '../../config/placement.ts';
import { type ConfiguredValue, findOption, keyOf } from '../../config/resolve.ts';
import { type AnyCommand, type Context, defineCommand, type Outcome } from '../command.ts';
import { globalOptions } from '../globals.ts';

const options = {
  sources: flag({ flags: '--sources', description: 'show where each value comes from' }),
} satisfies OptionSet;

type AllCommands = () => Promise<ReadonlyMap<string, AnyCommand>>;

/** `config show`: what a command run here and now would work with. */
export function configShowOf(commands: AllCommands): AnyCommand {
  return defineCommand({
    examples: ['kc-etl config show --sources', 'kc-etl config show --profile staging'],
    options,
    prints: 'settings',
    run: (values, context) => showSettings(values, context, commands),
  });
}

async function showSettings(
  { sources }: Values<typeof options>,
  { configuration, cliOptions, deps }: Context,
  allCommands: AllCommands,
): Promise<Outcome> {
  const { settings } = configuration;
  const sets: OptionSet[] = [globalOptions];
  for (const command of (await allCommands()).values()) sets.push(command.options);
  const shown = new Map<string, { setting: string; value: string; source: string }>();
  const add = (key: string, found: ConfiguredValue | null | undefined, secret: boolean) => {
    if (!found || shown.has(key)) return;
    const value = secret ? '[redacted]' : visible(key, found.texts.join(', '));
    shown.set(key, { setting: key, value, source: found.source });
  };
  for (const set of sets) {
    for (const option of Object.values(set)) {
      if (option === options.sources) continue;
      add(keyOf(option), findOption(option, cliOptions, deps.env, settings), !!option.secret);
    }
  }
  for (const key of commandKeys.keys()) add(key, settings.get(key), false);
  return {
    exitCode: 0,
    result: {
      kind: 'settings',
      profile: configuration.profile?.name ?? null,
      settings: [...shown.values()],
      withSources: sources,
    },
  };
}

function visible(key: string, text: string): string {
  return key === 'url' ? text.replace(/\/\/[^/@]*@/, '//[redacted]@') : text;
}
