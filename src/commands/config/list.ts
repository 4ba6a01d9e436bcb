import { parseAddress } from '../../kubecost/connection/address.ts';
import { defineCommand } from '../command.ts';

/** `config list`: the profiles. */
export const configList = defineCommand({
  description:
    'Profiles live in $XDG_CONFIG_HOME/kc-etl/config.yaml (~/.config where it is not set):\n\n' +
    '  profile: prod                 # the current one\n' +
    '  profiles:\n' +
    '    prod:\n' +
    '      url: https://ops.example.com/kubecost\n' +
    '      tokenCommand: gcloud auth print-identity-token\n' +
    '    staging:\n' +
    '      kube: true\n' +
    '      context: staging\n\n' +
    'A .kc-etl.yaml in the working directory or above it has the settings of a project: the same\n' +
    'names, without profiles and without secrets. One that others can write is refused:\n' +
    'docs/safety.md has the rules, --config-trust accepts it.',
  examples: ['kc-etl config list', 'kc-etl events --profile staging'],
  options: {},
  prints: 'profiles',
  async run(_options, { configuration, reporter }) {
    const profiles = [...(configuration.user?.profiles ?? [])].map(([name, settings]) => ({
      name,
      current: configuration.profile?.name === name,
      url: withoutPassword(settings.get('url')?.texts[0] ?? null),
      settings: [...settings.keys()],
    }));
    if (profiles.length === 0) {
      await reporter.note(
        `there are no profiles in ${configuration.paths.user ?? 'a home directory'}; kc-etl config init writes a commented file`,
      );
    }
    return { result: { kind: 'profiles', profiles }, exitCode: 0 };
  },
});

function withoutPassword(url: string | null): string | null {
  return url === null ? null : parseAddress(url, 'url').base;
}
