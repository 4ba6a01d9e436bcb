import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseFault } from '../src/demo/fault-option.ts';
import { demoDefaults } from '../src/demo/options.ts';
import { type Demo, startDemo } from '../src/demo/server.ts';
import { type Folder, folder } from './support/folder.ts';
import { programOnPath } from './support/program.ts';
import { outcome } from './support/spawn.ts';

/** The pipelines of docs/shards.md: they parse, and their commands work together. */
const text = readFileSync(new URL('../docs/shards.md', import.meta.url), 'utf8');
const [kubernetes, github, gitlab, argo] = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  ([, yaml = '']) => parse(yaml),
);

let demo: Demo;
beforeAll(async () => {
  const small = { ...demoDefaults, port: 0, clusters: 1, nodes: 3, pods: 20, days: 8 };
  const clock = { now: Date.now, sleep: async () => {} };
  demo = await startDemo({ ...small, faults: [parseFault('lost-disk=all')] }, { clock });
});
afterAll(() => demo.close());

/** Lines in a shell, with a window that the embedded server has. */
async function shell(lines: readonly string[], place: Folder, env: Record<string, string>) {
  const script = lines.map((line) => line.replace(/"\d+d settled"/, '"3d settled"')).join('\n');
  const PATH = [programOnPath(), process.env['PATH']].join(delimiter);
  return outcome(
    spawn('sh', ['-ec', script], { cwd: place.path, env: { PATH, KC_ETL_URL: demo.url, ...env } }),
  );
}

describe('docs/shards.md', { timeout: 120_000 }, () => {
  test('Kubernetes: bad data is not a retry, exit codes 3 and 5 are', () => {
    const { spec } = kubernetes;
    const [rule] = spec.podFailurePolicy.rules;
    expect([rule.action, rule.onExitCodes.values]).toEqual(['FailIndex', [1, 2, 4]]);
    const [container] = spec.template.spec.containers;
    expect(container.args).toContain(`auto/${spec.completions}`);
    expect(container.name).toBe(rule.onExitCodes.containerName);
  });

  test('GitLab: the jobs, and then the verdict', async () => {
    using place = folder();
    for (const index of ['1', '2', '3', '4']) {
      const env = { CI_NODE_INDEX: index, CI_NODE_TOTAL: String(gitlab.audit.parallel) };
      expect(await shell(gitlab.audit.script, place, env)).toMatchObject({ code: 0 });
    }
    const { code, stderr } = await shell(gitlab.verdict.script, place, {});
    expect([code, stderr]).toEqual([1, expect.stringContaining('gate failed')]);
    expect(place.read('audit.xml')).toContain('<testsuites');
    expect(gitlab.audit.retry.exit_codes).toEqual([3, 5]);
  });

  test('GitHub: the matrix, and then the verdict', async () => {
    using place = folder();
    const { shard, merge } = github.jobs;
    for (const index of shard.strategy.matrix.shard) {
      const line = shard.steps[0].run.replaceAll(/\$\{\{ matrix\.shard \}\}/g, String(index));
      expect(await shell([line], place, {})).toMatchObject({ code: 0 });
    }
    expect((await shell([merge.steps[1].run], place, {})).stdout).toContain('::error');
  });

  test('Argo: a sequence of shards, and then the merge', () => {
    const [dag, shard, merge] = argo.spec.templates;
    expect(dag.dag.tasks[0].withSequence.end).toBe('4');
    expect(shard.container.args).toContain('{{inputs.parameters.shard}}/4');
    expect(merge.container.args).toEqual(['audit', 'merge', '/audits']);
  });
});
