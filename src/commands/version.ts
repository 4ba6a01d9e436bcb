import { version } from '../version.ts';
import { defineCommand } from './command.ts';

/** `version`: kc-etl, Node and the platform. No network: a newer release is never announced. */
export const versionCommand = defineCommand({
  examples: ['kc-etl version', 'kc-etl version -o json'],
  options: {},
  prints: 'version',
  async run() {
    const { version: node, platform, arch } = process;
    const report = { version, node, platform: `${platform}-${arch}` };
    return { result: { kind: 'version', report }, exitCode: 0 };
  },
});
