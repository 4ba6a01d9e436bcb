import { describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { typed } from '../support/typed.ts';

describe('events list', () => {
  const untouched = {
    window: null,
    kind: [],
    store: 'both',
    errors: false,
    limit: null,
    counters: 'with',
  };

  test.each([
    ['events', {}],
    ['events list', {}],
    ['events --window 7d', { window: '7d' }],
    ['events --kind AssetSet', { kind: ['AssetSet'] }],
    ['events -k A,B --kind C -k A', { kind: ['A', 'B', 'C'] }],
    ['events --store Asset', { store: 'asset' }],
    ['events --errors', { errors: true }],
    ['events -n 10', { limit: 10 }],
    ['events --limit all', { limit: 'all' }],
    ['events --limit 0', { limit: 0 }],
    ['events --counters', { counters: 'only' }],
    ['events --no-counters', { counters: 'without' }],
    ['events --counters --no-counters', { counters: 'without' }],
  ])('%s', async (line, given) => {
    const { name, options } = await typed(line.split(' '));
    expect(name).toBe('events list');
    expect(options).toMatchObject({ ...untouched, ...given });
  });

  test.each([
    ['false', 'without'],
    ['no', 'without'],
    ['true', 'only'],
  ])('KC_ETL_COUNTERS=%s', async (value, counters) => {
    const { options } = await typed(['events'], { env: { KC_ETL_COUNTERS: value } });
    expect(options).toMatchObject({ counters });
  });
});

describe('audit', () => {
  const shown = { status: [], top: null, minDelta: 0, sort: 'delta', strict: false };

  test.each([
    ['audit', 'list', { ...shown, window: null, type: [], failOn: 'never' }],
    ['audit list --fail-on WARNING --strict', 'list', { failOn: 'warning', strict: true }],
    [
      'audit diff --top 3 --min-delta 0.5 --sort Relative',
      'diff',
      { top: 3, minDelta: 0.5, sort: 'relative' },
    ],
    ['audit diff --min-delta 1e-6', 'diff', { minDelta: 1e-6 }],
    [
      'audit --status failed --status notrun,SKIPPED',
      'list',
      { status: ['Failed', 'NotRun', 'Skipped'] },
    ],
    ['audit --type cluster-equality', 'list', { type: ['AuditClusterEquality'] }],
    [
      'audit --type CLUSTER-equality,auditassettotalstore',
      'list',
      { type: ['AuditClusterEquality', 'AuditAssetTotalStore'] },
    ],
    [
      'audit run',
      'run',
      {
        ...shown,
        failOn: 'failed',
        commit: false,
        wait: true,
        waitTimeout: 600_000,
        engine: 'auto',
      },
    ],
    ['audit run --commit --no-wait', 'run', { commit: true, wait: false }],
    ['audit run --wait-timeout 90s', 'run', { waitTimeout: 90_000 }],
    ['audit types', 'types', {}],
  ])('%s', async (line, name, options) => {
    const read = await typed(line.split(' '));
    expect(read.name).toBe(`audit ${name}`);
    expect(read.options).toMatchObject(options);
  });

  test('as the first page of the manual has it', async () => {
    const { options } = await typed('audit run --type AuditClusterEquality --commit'.split(' '));
    expect(options).toMatchObject({ type: ['AuditClusterEquality'], commit: true, window: null });
  });
});

describe('everywhere', () => {
  test.each([
    ['events --json', { json: true, output: 'table' }],
    ['events -o WIDE', { output: 'wide' }],
    ['-o ndjson events', { output: 'ndjson' }],
    ['--url localhost:9090 events', { url: 'localhost:9090' }],
    [
      'events -qv --timeout 1m --max-time 1h --retries 0',
      { quiet: true, verbose: true, timeout: 60_000, maxTime: 3_600_000, retries: 0 },
    ],
    ['events --color always', { color: 'always' }],
    [
      'events',
      { output: 'table', color: 'auto', quiet: false, timeout: null, maxTime: 900_000, retries: 3 },
    ],
  ])('%s', async (line, globals) => {
    expect((await typed(line.split(' '))).globals).toMatchObject(globals);
  });

  test('headers add up', async () => {
    const argv = ['events', '--header', 'X-Team: finops', '--header', 'Cookie: a=b; c=d'];
    expect((await typed(argv)).globals.header).toEqual([
      ['x-team', 'finops'],
      ['cookie', 'a=b; c=d'],
    ]);
  });

  test('every option has a variable', async () => {
    const env = {
      KC_ETL_URL: 'kubecost:9090',
      KC_ETL_OUTPUT: 'json',
      KC_ETL_WINDOW: '24h',
      KC_ETL_KIND: 'AssetSet,AllocationSet',
      KC_ETL_RETRIES: '1',
      KC_ETL_HEADER: 'A: b\nC: d',
    };
    const { options, globals } = await typed(['events'], { env });
    expect(options).toMatchObject({ window: '24h', kind: ['AssetSet', 'AllocationSet'] });
    expect(globals).toMatchObject({
      url: 'kubecost:9090',
      output: 'json',
      retries: 1,
      header: [
        ['a', 'b'],
        ['c', 'd'],
      ],
    });
  });
});

describe('a wrong command line is told in one line with a hint, before any request', () => {
  const url = ['--url', 'http://127.0.0.1:1'];

  test.each([
    ['events --kindd x', "unknown option '--kindd'; did you mean --kind?"],
    ['events --limit many', "--limit: 'many' is neither a whole number nor all"],
    ['events --limit -1', "--limit: '-1' is neither a whole number nor all"],
    ['events --store node', "--store: 'node' is not known"],
    ['events --window 7x', "--window: '7x' is not a window"],
    [
      'events --window 2020-04-03,2020-04-01',
      "--window: '2020-04-03,2020-04-01' ends before it starts",
    ],
    ['events --window 2020-04-01,2020-04-01', "--window: '2020-04-01,2020-04-01' is empty"],
    ['events --window', "option '--window <window>' argument missing"],
    ['events -o xml', "--output: 'xml' is not known"],
    ['events -o jsn', "--output: 'jsn' is not known; did you mean json?"],
    ['events --timeout 30', "--timeout: '30' is not a duration"],
    ['events --retries many', "--retries: 'many' is not a whole number"],
    ['events --color sometimes', "--color: 'sometimes' is not known"],
    ['events lst', "'lst' is not a command of events; did you mean list?"],
    [
      'audit --type cluster-equalty',
      "--type: 'cluster-equalty' is not an audit type; did you mean AuditClusterEquality?",
    ],
    ['audit --status broken', "--status: 'broken' is not known"],
    ['audit --fail-on sometimes', "--fail-on: 'sometimes' is not known"],
    ['audit --top 0', "--top: '0' is not a whole number above 0"],
    ['audit --min-delta -1', "--min-delta: '-1' is not an amount of 0 or more"],
    ['audit --sort size', "--sort: 'size' is not known"],
    ['audit run', 'audit run: no window was given'],
    ['evnts', "unknown command 'evnts'; did you mean events?"],
    ['schema event extra', "schema: unexpected argument 'extra'"],
    ['schema evnt', "schema: 'evnt' is not known; did you mean event?"],
    ['help nonsense', "help: 'nonsense' is neither a command nor a topic"],
    ['events --demo', '--demo and --url exclude each other'],
  ])('%s', async (line, message) => {
    const argv = line.split(' ');
    const needsUrl = /^(events|audit)/.test(line);
    const { code, stdout, stderr } = await ran(needsUrl ? [...argv, ...url] : argv);
    const [first, second, ...others] = stderr.trimEnd().split('\n');
    expect(first).toContain(`error: ${message}`);
    expect(second ?? 'hint:').toMatch(/^hint:/);
    expect(others).toEqual([]);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('the variable is named where the value came from it', async () => {
    const { code, stderr } = await ran(
      ['events', ...url],
      testDeps({ env: { KC_ETL_LIMIT: 'many' } }),
    );
    expect(stderr).toContain("error: KC_ETL_LIMIT: 'many' is neither");
    expect(code).toBe(2);
  });

  test('no address at all names the ways to give one', async () => {
    const { code, stderr } = await ran(['events']);
    expect(stderr).toBe(
      'error: no address of a Kubecost or OpenCost was given\n' +
        'hint: add --url <url> or set KC_ETL_URL; --kube connects through your kubectl, --demo starts an embedded Kubecost\n',
    );
    expect(code).toBe(2);
  });

  test('what was typed cannot make more than three lines', async () => {
    const { stderr } = await ran(['events', '--window', 'a\nb\nc\nd\u001b[31m', ...url]);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
    expect(stderr).not.toContain('\u001b');
  });
});

describe('the address', () => {
  test.each([
    [{ KC_ETL_URL: 'http://127.0.0.1:1', KUBECOST_URL: 'http://127.0.0.1:2' }, ':1'],
    [{ KUBECOST_URL: 'http://127.0.0.1:2', KUBECOST_BASE_URL: 'http://127.0.0.1:3' }, ':2'],
    [{ KUBECOST_BASE_URL: 'http://127.0.0.1:3', OPENCOST_URL: 'http://127.0.0.1:4' }, ':3'],
    [{ OPENCOST_URL: 'http://127.0.0.1:4' }, ':4'],
  ])('from %j', async (env, port) => {
    const { stderr } = await ran(['events', '--retries', '0'], testDeps({ env }));
    expect(stderr).toContain(`nothing listens at http://127.0.0.1${port}\n`);
  });

  test('the option wins', async () => {
    const deps = testDeps({ env: { KC_ETL_URL: 'http://127.0.0.1:1' } });
    const { stderr } = await ran(['events', '--url', '127.0.0.1:5', '--retries', '0'], deps);
    expect(stderr).toContain('http://127.0.0.1:5');
  });
});
