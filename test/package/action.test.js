// The GitHub Action: its step is run as the runner would, against the embedded server.
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { root } from '../../packaging/paths.js';
import { demo, output, run, temporary } from './support.js';
import { goPrograms, noGo } from './tools.js';

const folder = temporary();
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'));
const [step, ...others] = action.runs.steps;

/**
 * Runs the step with these inputs. An input that is not given has its default.
 *
 * @param {Record<string, string>} given
 * @param {(work: string) => void} [checkout] writes what a step before it checked out
 */
function used(given, checkout = () => {}) {
  const work = mkdtempSync(join(folder, 'work-'));
  checkout(work);
  const files = { GITHUB_OUTPUT: join(work, 'output'), GITHUB_STEP_SUMMARY: join(work, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const script = join(work, 'step.sh');
  writeFileSync(script, step.run);
  /** @type {Record<string, string>} */
  const env = {
    ...files,
    GITHUB_ACTION_PATH: root,
    RUNNER_TEMP: work,
    GITHUB_ACTIONS: 'true',
    CI: 'true',
  };
  for (const [name, text] of Object.entries(step.env)) {
    env[name] = String(text).replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input) => {
      ok(input in action.inputs, `no input ${input}`);
      return given[input] ?? action.inputs[input].default ?? '';
    });
  }
  const shell = ['--noprofile', '--norc', '-e', '-o', 'pipefail', script];
  const ended = run('bash', shell, { cwd: work, env });
  const outputs = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return { ...ended, work, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') };
}

describe('GitHub Action', () => {
  test('every output comes from the step, and no expression is part of a script', () => {
    strictEqual(others.length, 0);
    ok(!step.run.includes('${{'));
    for (const [name, { value }] of Object.entries(action.outputs)) {
      strictEqual(value, `\${{ steps.${step.id}.outputs.${name} }}`);
    }
  });

  for (const product of ['kubecost-1.105', 'kubecost-2', 'kubecost-3', 'opencost']) {
    test(`a healthy ${product}: passed, with a report`, async () => {
      const { code, outputs, summary, stderr } = used({ url: await demo('--as', product) });
      strictEqual(code, 0, stderr);
      deepStrictEqual([outputs['verdict'], outputs['findings']], ['passed', '0']);
      match(readFileSync(String(outputs['report']), 'utf8'), /^<!doctype html>/i);
      match(summary, /\|/);
    });
  }

  test('one lost disk of a Kubecost 2: its findings are counted', async () => {
    const url = await demo('--as', 'kubecost-2', '--fault', 'lost-disk=all');
    const { outputs } = used({ url, format: 'json' });
    const { findings } = JSON.parse(readFileSync(String(outputs['report']), 'utf8'));
    ok(findings.length > 0);
    strictEqual(outputs['findings'], String(findings.length));
  });

  test('a lost disk: the step fails, with annotations, findings and a report', async () => {
    const url = await demo('--fault', 'lost-disk=all');
    const { code, stdout, outputs } = used({ url, format: 'json' });
    strictEqual(code, 1);
    match(stdout, /^::error /m);
    strictEqual(outputs['verdict'], 'failed');
    ok(Number(outputs['findings']) > 0);
    const report = JSON.parse(readFileSync(String(outputs['report']), 'utf8'));
    strictEqual(report.gate.passed, false);

    const never = used({ url, 'fail-on': 'never' });
    deepStrictEqual([never.code, never.outputs['verdict']], [0, 'failed']);

    const accepted = used({ url, baseline: String(outputs['report']) });
    deepStrictEqual([accepted.code, accepted.outputs['verdict']], [0, 'passed']);
  });

  test('no server: an error, and no report', () => {
    const { code, stderr, outputs } = used({ url: 'https://127.0.0.1:1' });
    strictEqual(code, 3);
    match(stderr, /^error: /m);
    deepStrictEqual([outputs['verdict'], outputs['report']], ['error', '']);
  });

  test('a token is sent, and not shown', async () => {
    const url = await demo('--fault', 'login');
    strictEqual(used({ url }).outputs['verdict'], 'error');
    const { code, stdout, stderr, summary } = used({ url, token: 'tok3n-of-mine' });
    strictEqual(code, 0, stderr);
    ok(!`${stdout}${stderr}${summary}`.includes('tok3n'));
  });

  test('a configuration of the checkout that others can write is used only where that is asked for', async () => {
    const url = await demo('--fault', 'lost-disk=all');
    const checkout = (/** @type {string} */ work) => {
      const file = join(work, '.kc-etl.yaml');
      writeFileSync(
        file,
        'accepted:\n  - finding: "disk-without-asset:*"\n    amount: 1000\n    reason: known\n    expires: 2099-01-01\n',
      );
      chmodSync(file, 0o666);
    };
    const refused = used({ url }, checkout);
    deepStrictEqual([refused.code, refused.outputs['verdict']], [2, 'error']);
    match(refused.stderr, /config-trust/);
    const trusted = used({ url, 'config-trust': 'true' }, checkout);
    deepStrictEqual([trusted.code, trusted.outputs['verdict']], [0, 'passed'], trusted.stderr);
  });

  test('hostile inputs are values, never commands', () => {
    const hostile = '"; touch pwned; $(touch pwned) `touch pwned` #';
    for (const input of Object.keys(action.inputs)) {
      const { code, work, outputs } = used({ url: 'https://127.0.0.1:1', [input]: hostile });
      ok(code !== 0, input);
      strictEqual(outputs['verdict'], 'error', input);
      ok(!existsSync(join(work, 'pwned')), input);
    }
    const { outputs } = used({ url: 'https://127.0.0.1:1', window: 'today\nverdict=passed' });
    strictEqual(outputs['verdict'], 'error');
  });

  test('used from a branch, without a bundle, it is built first', () => {
    const checkout = join(folder, 'checkout');
    mkdirSync(checkout);
    for (const name of ['packaging', 'bin'])
      cpSync(join(root, name), join(checkout, name), { recursive: true });
    copyFileSync(join(root, 'package.json'), join(checkout, 'package.json'));
    const { stdout, code } = run('node', [join(checkout, 'packaging/action/run.js')], {
      env: { INPUT_FORMAT: 'html', npm_config_offline: 'true' },
    });
    // there is no lock file here, so npm refuses
    deepStrictEqual([code, stdout], [2, '::error title=kc-etl::kc-etl could not be built\n']);
  });

  test('actionlint finds nothing in the workflows', { skip: noGo }, () => {
    const actionlint = goPrograms.actionlint();
    const workflows = join(root, '.github/workflows');
    const files = readdirSync(workflows).map((name) => join(workflows, name));
    const options = ['-shellcheck=', '-pyflakes='];
    output(actionlint, [...options, ...files, join(root, 'packaging/action/example.yml')]);
  });
});
