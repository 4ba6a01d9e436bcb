import { spawn, spawnSync } from 'node:child_process';
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

const noPython = spawnSync('python3', ['--version']).status !== 0;

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

  test('Kubernetes: the pods, and then the merge', async () => {
    using place = folder();
    const { completions, template } = kubernetes.spec;
    for (let index = 0; index < completions; index++) {
      const line = commandOf(template.spec.containers[0], place);
      const env = { JOB_COMPLETION_INDEX: String(index) };
      expect(await shell([line], place, env)).toMatchObject({ code: 0 });
    }
    const [, merge = ''] = /^Afterwards, .*`(kc-etl [^`]+)`/m.exec(text) ?? [];
    await expectVerdict([merge.replaceAll('/audits', place.path)], place);
  });

  test('Argo: the tasks refer to templates and parameters that there are', () => {
    const [main, ...templates] = argo.spec.templates;
    expect(argo.spec.entrypoint).toBe(main.name);
    for (const task of main.dag.tasks) {
      const called = templates.find(({ name }: { name: string }) => name === task.template);
      const names = (of?: { parameters: { name: string }[] }) =>
        of?.parameters.map((one) => one.name);
      expect(names(task.arguments)).toEqual(names(called.inputs));
      const others = main.dag.tasks.map(({ name }: { name: string }) => name);
      expect(others).toEqual(expect.arrayContaining(task.dependencies ?? []));
    }
  });

  test('Argo: the sequence of shards, and then the merge', async () => {
    using place = folder();
    const [dag, shard, merge] = argo.spec.templates;
    const { start, end } = dag.dag.tasks[0].withSequence;
    for (let item = Number(start); item <= Number(end); item++) {
      const line = commandOf(shard.container, place);
      const filled = line.replaceAll('{{inputs.parameters.shard}}', String(item));
      expect(await shell([filled], place, {})).toMatchObject({ code: 0 });
    }
    await expectVerdict([commandOf(merge.container, place)], place);
  });

  test('Airflow: the mapped tasks, and then the merge', { skip: noPython }, async () => {
    using place = folder();
    const [, code = ''] = /^```python\n(.*?)^```$/ms.exec(text) ?? [];
    const { stdout, stderr } = spawnSync('python3', ['-c', operators], {
      input: code,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.replaceAll('/audits', place.path));
    for (const line of lines.slice(0, -1)) {
      expect(await shell([line], place, {})).toMatchObject({ code: 0 });
    }
    expect(lines).toHaveLength(5);
    await expectVerdict(lines.slice(-1), place);
  });
});

/** Prints the commands of a pipeline in their order, with operators that only keep their arguments. */
const operators = `
import sys

class Task:
    def __init__(self, **arguments):
        self.commands = [arguments['bash_command']] if 'bash_command' in arguments else []
    @classmethod
    def partial(cls, **arguments):
        return cls(**arguments)
    def expand(self, bash_command):
        self.commands = bash_command
        return self
    def __rshift__(self, after):
        print('\\n'.join(self.commands + after.commands))

code = ''.join(line for line in sys.stdin if not line.startswith('from airflow.'))
exec(code, {'BashOperator': Task})
`;

/** The command of a container, with its volume in a folder. */
function commandOf({ args }: { args: string[] }, place: Folder): string {
  const words = args.map((arg) => `"${arg.replaceAll('/audits', place.path)}"`);
  return `kc-etl ${words.join(' ')}`;
}

/** Of a demo with a disk that is missing everywhere. */
async function expectVerdict(lines: readonly string[], place: Folder) {
  const { code, stderr } = await shell(lines, place, {});
  expect([code, stderr]).toEqual([1, expect.stringContaining('gate failed')]);
}
