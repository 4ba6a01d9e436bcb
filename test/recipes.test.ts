import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { acceptedEntrySchema } from '../src/audits/accepted-schema.ts';
import { parseFault } from '../src/demo/fault-option.ts';
import { type Demo, startDemo } from '../src/demo/server.ts';
import { type Folder, folder } from './support/folder.ts';
import { programOnPath } from './support/program.ts';
import { outcome } from './support/spawn.ts';
import { parseXml } from './support/xml.ts';

/**
 * The recipes of the README, as far as they run without their platform: their kc-etl commands
 * against an embedded Kubecost, and the files that the platform would pick up.
 */
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const documents = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]): unknown =>
  parse(text ?? ''),
);

/** The one recipe that has this shape. */
function recipe<T>(shape: z.ZodType<T>): T {
  const [found, ...more] = documents.flatMap((document) => {
    const parsed = shape.safeParse(document);
    return parsed.success ? [parsed.data] : [];
  });
  if (!found || more.length > 0) throw new Error('the README does not have exactly one');
  return found;
}

let demo: Demo;
beforeAll(async () => {
  const faults = [parseFault('lost-disk')];
  demo = await startDemo({ port: 0, faults }, { clock: { now: Date.now, sleep: async () => {} } });
});
afterAll(() => demo.close());

/** A line of a recipe in a shell, in a folder of its own; exit code and output. */
async function shell(line: string, place: Folder, env: Record<string, string> = {}) {
  const child = spawn('sh', ['-ec', line], {
    cwd: place.path,
    env: {
      PATH: [programOnPath(), process.env['PATH']].join(delimiter),
      KC_ETL_URL: demo.url,
      ...env,
    },
  });
  return outcome(child);
}

const isOurs = (line: string) => line.startsWith('kc-etl ');

test('GitHub Actions', async () => {
  const step = z.looseObject({
    run: z.string().optional(),
    with: z.looseObject({ path: z.string().optional() }).optional(),
  });
  const { jobs } = recipe(
    z.looseObject({ jobs: z.object({ audit: z.looseObject({ steps: z.array(step) }) }) }),
  );
  using place = folder();
  const [line = ''] = jobs.audit.steps.flatMap(({ run }) => (run && isOurs(run) ? [run] : []));
  const GITHUB_STEP_SUMMARY = place.at('summary');
  const { code, stdout, stderr } = await shell(line, place, { GITHUB_STEP_SUMMARY });
  expect(code, stderr).toBeOneOf([0, 1]);
  expect(stdout).toMatch(/^\d+ audits: /);
  expect(place.read('summary')).toMatch(/^(✅|❌) kc-etl: gate (passed|failed): /);
  const artefacts = jobs.audit.steps.map((one) => one.with?.path).find((path) => path);
  const [stem] = artefacts?.split('*') ?? [];
  expect(place.names().filter((name) => name.startsWith(stem ?? ''))).toEqual([
    'audit.html',
    'audit.json',
  ]);
});

test('GitLab with its JUnit artefact', async () => {
  const job = z.looseObject({
    script: z.array(z.string()),
    artifacts: z.looseObject({
      paths: z.array(z.string()),
      reports: z.object({ junit: z.string() }),
    }),
  });
  const { 'audit-costs': wanted } = recipe(z.looseObject({ 'audit-costs': job }));
  using place = folder();
  const { code, stderr } = await shell(wanted.script.filter(isOurs).join('\n'), place);
  expect(code, stderr).toBeOneOf([0, 1]);
  const { attributes } = parseXml(place.read(wanted.artifacts.reports.junit));
  expect(Number(attributes['tests'])).toBeGreaterThan(0);
  expect(Number(attributes['failures']) > 0).toBe(code === 1);
  for (const path of wanted.artifacts.paths) expect(place.names()).toContain(path);
});

test('a Kubernetes CronJob that writes for the textfile collector', async () => {
  const container = z.looseObject({
    image: z.string(),
    args: z.array(z.string()),
    volumeMounts: z.array(z.looseObject({ mountPath: z.string() })),
  });
  const pod = z.looseObject({ spec: z.looseObject({ containers: z.array(container) }) });
  const job = z.looseObject({ spec: z.looseObject({ template: pod }) });
  const { spec } = recipe(
    z.looseObject({
      kind: z.literal('CronJob'),
      spec: z.looseObject({ jobTemplate: job }),
    }),
  );
  const [only] = spec.jobTemplate.spec.template.spec.containers;
  const [mount] = only?.volumeMounts ?? [];
  if (!only || !mount) throw new Error('no container, or nowhere to write');
  expect(only.image).toMatch(/\/kc-etl:\d/);
  using place = folder();
  const argv = only.args.map((arg) => arg.replace(mount.mountPath, place.path));
  const words = argv.map((arg) => `'${arg}'`);
  const { code, stderr } = await shell(`kc-etl ${words.join(' ')}`, place);
  expect(code, stderr).toBe(0);
  expect(place.names()).toEqual(['kc-etl.prom']);
  const metrics = place.read('kc-etl.prom');
  expect(metrics).toMatch(/^kc_etl_audit_sets\{type="AuditClusterEquality",status="Failed"\} 1$/m);
  if (spawnSync('promtool', ['--version']).status === 0) {
    expect(spawnSync('promtool', ['check', 'metrics'], { input: metrics }).status).toBe(0);
  }
});

test('accepted differences', async () => {
  const { accepted } = recipe(z.object({ accepted: z.array(z.unknown()).min(1) }));
  const [entry] = acceptedEntrySchema.array().parse(accepted);
  expect(entry).toMatchObject({ type: 'AuditClusterEquality', key: 'cluster-one' });
  using place = folder();
  place.write('.kc-etl.yaml', JSON.stringify({ accepted }));
  const line = 'kc-etl audit list --window 7d --fail-on failed';
  const { code, stderr } = await shell(line, place);
  expect(stderr).toContain('1 with accepted differences');
  expect(code).toBe(0);
});
