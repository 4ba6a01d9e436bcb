import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.js';

/** @param {string[]} words */
function kcEtl(...words) {
  const program = join(root, 'bin/kc-etl.js');
  const { status, stdout } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  return { code: status, stdout };
}

/**
 * What the built program can do, of what the chart would use.
 *
 * @returns {{ watch: boolean, auditStore: boolean, shard: boolean, settled: boolean }}
 */
export function features() {
  const { stdout: help } = kcEtl('audit', 'run', '--help');
  return {
    watch: /^ +watch\b/m.test(kcEtl('help').stdout),
    auditStore: help.includes('--audit-store'),
    shard: help.includes('--shard'),
    settled: kcEtl('audit', 'list', '--demo', '--quiet', '--window', 'settled').code !== 2,
  };
}
