import { execFileSync } from 'node:child_process';

/** Builds what the tests spawn, once. */
export function setup(): void {
  execFileSync(
    process.execPath,
    ['node_modules/rolldown/bin/cli.mjs', '--config', 'rolldown.config.js', '--log-level', 'warn'],
    {
      stdio: 'inherit',
    },
  );
}
