// The step of action.yml: runs the audit, and writes the outputs of the action. stdout has the annotations;
// kc-etl itself appends the tables to the job summary.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/kc-etl.js');
const {
  INPUT_WINDOW = '',
  INPUT_FAIL_ON = '',
  INPUT_FORMAT = '',
  INPUT_BASELINE = '',
  INPUT_CONFIG_TRUST = 'false',
} = process.env;

/** The formats of the report file, with its extension. */
const extensions = new Map([
  ['json', 'json'],
  ['html', 'html'],
  ['junit', 'xml'],
  ['sarif', 'sarif'],
  ['markdown', 'md'],
  ['csv', 'csv'],
  ['yaml', 'yaml'],
]);

process.exitCode = main();

/** @returns {number} the exit code of the step */
function main() {
  const extension = extensions.get(INPUT_FORMAT);
  if (extension === undefined) {
    const known = [...extensions.keys()].join(', ');
    return fail(`format: ${JSON.stringify(INPUT_FORMAT)} is not one of ${known}`);
  }
  if (!/^(true|false|)$/.test(INPUT_CONFIG_TRUST)) {
    return fail(`config-trust: ${JSON.stringify(INPUT_CONFIG_TRUST)} is neither true nor false`);
  }
  if (!existsSync(join(root, 'dist/main.cjs')) && !built())
    return fail('kc-etl could not be built');
  const folder = mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'kc-etl-'));
  mkdirSync(folder, { recursive: true });
  const report = join(folder, `report.${extension}`);
  const json = join(folder, 'report.json');
  const reports = new Set([`json=${json}`, `${INPUT_FORMAT}=${report}`]);
  const words = [
    'audit',
    'run',
    `--window=${INPUT_WINDOW}`,
    `--fail-on=${INPUT_FAIL_ON}`,
    '--output=github',
    ...[...reports].map((one) => `--report=${one}`),
    ...(INPUT_BASELINE === '' ? [] : [`--baseline=${INPUT_BASELINE}`]),
    // a checkout can bring entries of `accepted`: whoever is not its owner has to ask for them
    ...(INPUT_CONFIG_TRUST === 'true' ? ['--config-trust'] : []),
  ];
  const { status } = spawnSync(process.execPath, [program, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: withoutEmpty(process.env),
  });
  const { verdict, findings } = result(json);
  setOutput('verdict', verdict);
  setOutput('findings', String(findings));
  setOutput('report', existsSync(report) ? report : '');
  return status ?? 1;
}

/** The action's directory has no bundle when it is used from a branch: it is built there. */
function built() {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** What the JSON report says; without one the audit could not run. */
function result(/** @type {string} */ path) {
  if (!existsSync(path)) return { verdict: 'error', findings: 0 };
  const { audits, findings, gate, summary } = JSON.parse(readFileSync(path, 'utf8'));
  const differences = audits.reduce(
    (
      /** @type {number} */ sum,
      /** @type {{ differences: unknown[], missing: unknown[] }} */ one,
    ) => sum + one.differences.length + one.missing.length,
    0,
  );
  // with fail-on: never there is no gate
  const evaluated = summary.passed + summary.warning + summary.failed;
  const ungated = summary.failed > 0 ? 'failed' : evaluated > 0 ? 'passed' : 'undecided';
  return { verdict: gate?.decision ?? ungated, findings: findings?.length ?? differences };
}

/**
 * None of the values has a line break: they are a word, a number and a path made here.
 *
 * @param {string} name
 * @param {string} value
 */
function setOutput(name, value) {
  const path = process.env['GITHUB_OUTPUT'];
  if (path) appendFileSync(path, `${name}=${value}\n`);
}

/** An input that was not given arrives as an empty variable, which is no value. */
function withoutEmpty(/** @type {NodeJS.ProcessEnv} */ env) {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function fail(/** @type {string} */ message) {
  process.stdout.write(
    `::error title=kc-etl::${message.replaceAll('%', '%25').replaceAll(/\r?\n/g, '%0A')}\n`,
  );
  setOutput('verdict', 'error');
  return 2;
}
