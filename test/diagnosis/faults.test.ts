import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import type { Code } from '../../src/diagnosis/codes.ts';
import { codeInfo, isLegal } from '../../src/diagnosis/codes.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import type { Finding } from '../../src/diagnosis/schema.ts';
import { type NoticedFault, noticed, noticedFaults } from '../audits/local/support/detected.ts';
import { auditedVariants } from '../audits/local/support/worlds.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { expectedOf, isWithinBasis, nameOf } from './support/expected.ts';
import { storedOn } from './support/truth.ts';

const now = '2026-03-11T12:00:00Z';
const day = '2026-03-07';
const window = '2026-03-06,2026-03-09';
/** Every product variant but another name of one of them. */
const variants = auditedVariants.filter((name) => name !== 'opencost');
const expected = expectedOf('kubecost-2');

const world = { seed: 3, clusters: 2, nodes: 8, pods: 80, days: 10 };

/** A local run against an embedded server with faults. */
async function diagnosed(
  as: ProductVariantName,
  faults: readonly string[],
  audited = window,
): Promise<AuditReport & { readonly place: string }> {
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const demo = await startDemo(
    { ...world, as, faults: faults.map(parseFault), port: 0 },
    { clock },
  );
  try {
    const argv = ['audit', 'run', '--url', demo.url, '--engine', 'local', '--window', audited];
    const { stdout, stderr } = await ran(
      [...argv, '-o', 'json'],
      testDeps({ clock: new TestClock(now) }),
    );
    if (stdout === '') throw new Error(stderr);
    const text = demo.describe().faults[0]?.text ?? '';
    const place = /: (cluster-[a-z]+(?:\/[^,]+)?)/.exec(text)?.[1] ?? '';
    return { ...JSON.parse(stdout), place };
  } finally {
    await demo.close();
  }
}

function serious({ findings }: AuditReport): Finding[] {
  return findings.filter(({ severity }) => severity === 'critical' || severity === 'error');
}

/** What every report holds, whatever is wrong with the server. */
function expectConsistent({ audits, findings }: AuditReport): void {
  for (const audit of audits) {
    const own = findings.filter(({ explains }) =>
      explains.some(
        ({ type, window: of }) => type === audit.type && of.start === audit.window.start,
      ),
    );
    if (audit.status === 'Failed') expect(own.length).toBeGreaterThan(0);
    for (const { causes = [] } of audit.differences) {
      for (const { finding } of causes) expect(findings.map(({ id }) => id)).toContain(finding);
    }
  }
  for (const { code, variant, windows, ...finding } of findings) {
    const { detectedBy } = codeInfo(code);
    const failed = windows.every(({ start }) =>
      audits.some((audit) => audit.window.start === start && audit.status === 'Failed'),
    );
    if (!isLegal(code, variant) && detectedBy.length > 0) expect(failed).toBe(true);
    const texts = [
      finding.title,
      finding.explanation,
      ...finding.actions.map(({ text }) => text),
      ...finding.confirm.map(({ command }) => command),
    ];
    for (const text of texts) expect(text).not.toMatch(/\{[a-zA-Z]+\}|undefined|NaN /);
  }
}

describe.each(variants)('%s', (as) => {
  const healthy = storedOn({ ...world, as }, [], day, Date.parse(now));

  test.each(Object.entries(expectedOf(as)))(
    '%s is one finding, about its object, side, amount and day',
    async (fault, expectation) => {
      const report = await diagnosed(as, [`${fault}=${day}`]);
      expect(serious(report).map(({ id }) => id)).toHaveLength(1);
      const [finding] = serious(report);
      const objects = finding?.objects ?? [];
      expect(finding).toMatchObject({
        code: expectation.code,
        wrong: expectation.wrong,
        first: `${day}T00:00:00Z`,
        last: '2026-03-08T00:00:00Z',
      });
      expect(new Set(objects.map((object) => object.kind))).toEqual(new Set([expectation.kind]));
      const broken = storedOn({ ...world, as }, [`${fault}=${day}`], day, Date.parse(now));
      const compared = { broken, healthy, place: report.place };
      const name = nameOf(expectation, compared);
      if (typeof name === 'string') expect(objects.map((object) => object.name)).toEqual([name]);
      else for (const object of objects) expect(object.name).toMatch(name ?? /^/);
      expect(expectation.basis).toContain(finding?.amount.basis);
      const truth = expectation.amount(compared);
      expect(finding?.amount).toSatisfy(
        (amount: Finding['amount']) => isWithinBasis(amount, truth),
        `${finding?.amount.basis} of ${truth}`,
      );
      expectConsistent(report);
    },
  );

  test('a lost node of a single day costs what the basis of its amount says', async () => {
    const { findings, place } = await diagnosed(as, [`lost-node=${day}`], `${day},2026-03-08`);
    const broken = storedOn({ ...world, as }, [`lost-node=${day}`], day, Date.parse(now));
    const truth = expectedOf(as)['lost-node']?.amount({ broken, healthy, place }) ?? 0;
    const amounts = findings
      .filter(({ code }) => code === 'node-without-asset')
      .map(({ amount }) => amount);
    expect(truth).toBeLessThan(0);
    expect(amounts).toHaveLength(1);
    for (const amount of amounts) {
      expect(amount).toSatisfy(
        (given: Finding['amount']) => isWithinBasis(given, truth),
        `${amount.basis} ${amount.total} of ${truth}`,
      );
    }
  });

  test('no fault that an audit fails by is left out', () => {
    const legal: readonly NoticedFault[] = ['over-allocated', 'all-free', 'half-bill'];
    const serious = noticedFaults.filter(
      (name) => noticed(name, as).length > 0 && !legal.includes(name),
    );
    expect(Object.keys(expectedOf(as)).sort()).toEqual(serious.sort());
  });

  test('nothing is found on a healthy server', async () => {
    const { findings } = await diagnosed(as, []);
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  test('more on a node than it has is a warning, and no audit fails by it', async () => {
    const { audits, findings } = await diagnosed(as, [`over-allocated=${day}`]);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning over-allocated-node',
    ]);
    expect(audits.filter(({ status }) => status === 'Failed')).toEqual([]);
  });
});

test.each(['kubecost-1.105', 'kubecost-2'] as const)(
  '%s: nodes without a line in the bill are named by cluster, and no audit fails',
  async (as) => {
    const { audits, findings } = await diagnosed(as, [`half-bill=${day}`]);
    const found = findings.filter(({ code }) => code === 'bill-missing');
    expect(new Set(findings.filter(({ severity }) => severity !== 'info'))).toEqual(
      new Set(found.filter(({ severity }) => severity === 'warning')),
    );
    const named = found.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'bill');
    const missing = audits.flatMap(({ type, missing: keys }) =>
      type === 'AuditAssetReconciliation' ? keys : [],
    );
    expect(missing.length).toBeGreaterThan(0);
    expect(named).toHaveLength(missing.length);
    expect(audits.filter(({ status }) => status === 'Failed')).toEqual([]);
  },
);

describe('pairs of faults are told apart', () => {
  test.each([
    ['lost-disk', 'lost-node'],
    ['price-drift', 'double-count'],
    ['lost-disk', 'price-drift'],
    ['price-drift', 'absurd-request'],
    ['prices-stop', 'absurd-request'],
    ['stale-allocation-total', 'stale-asset-total'],
    ['stale-asset-agg', 'stale-allocation-agg'],
    ['bill-mismatch', 'lost-node'],
    ['double-count', 'discount-missing'],
    ['reconcile-error', 'lost-disk'],
    ['reconcile-error', 'discount-missing'],
    ['nan', 'duplicate-node'],
    ['cluster-typo', 'lost-disk'],
    ['node-renamed', 'lost-disk'],
  ] as const)('%s and %s on one day', async (one, other) => {
    const report = await diagnosed('kubecost-2', [`${one}=${day}`, `${other}=${day}`]);
    expect(
      serious(report)
        .map(({ code }) => code)
        .sort(),
    ).toEqual([expected[one]?.code, expected[other]?.code].sort());
    expectConsistent(report);
  });

  test.each(['lost-node', 'duplicate-node', 'cluster-typo'])(
    'workloads under an address beside %s: a missing asset or another name, not one of them',
    async (fault) => {
      const { place } = await diagnosed('kubecost-2', [`price-drift=${day}`]);
      const faults = [`${fault}=${day},${place}`, `node-renamed=${day},${place}`];
      const report = await diagnosed('kubecost-2', faults);
      const found = serious(report).find(({ code }) => code === 'node-without-asset');
      expect(found).toMatchObject({ variant: 'address', wrong: null });
      expect(found?.title).toMatch(/no asset record, or its asset has another name/);
      expectConsistent(report);
    },
  );

  test('totals of one node that are stale on both sides have an amount each', async () => {
    const faults = [`stale-allocation-total=${day}`, `stale-asset-total=${day}`];
    const { findings } = await diagnosed('kubecost-2', faults);
    const alone = await Promise.all(faults.map((fault) => diagnosed('kubecost-2', [fault])));
    const amountOf = (all: readonly Finding[], code: Code) =>
      all.find((finding) => finding.code === code)?.effect.idle ?? Number.NaN;
    for (const [i, code] of (
      ['allocation-totals-stale', 'asset-totals-stale'] as const
    ).entries()) {
      const known = amountOf(alone[i]?.findings ?? [], code);
      expect(amountOf(findings, code)).toBeCloseTo(known, 3);
    }
  });

  test('the same fault on adjacent days is one finding over both', async () => {
    const { findings } = await diagnosed('kubecost-2', [
      `lost-disk=${day}`,
      'lost-disk=2026-03-08',
    ]);
    expect(findings.map(({ code, windows }) => [code, windows.length])).toEqual([
      ['disk-without-asset', 2],
    ]);
  });

  test('different faults on adjacent days are two findings', async () => {
    const report = await diagnosed('opencost', [`lost-disk=${day}`, 'price-drift=2026-03-08']);
    expect(
      serious(report)
        .map(({ code, first }) => `${code} ${first.slice(0, 10)}`)
        .sort(),
    ).toEqual([`disk-without-asset ${day}`, 'price-mismatch 2026-03-08']);
  });
});

describe('other ways to a report', () => {
  test.each(['lost-disk', 'stale-asset-total', 'reconcile-error'] as const)(
    "the server's own audits of %s are diagnosed from its allocations and assets",
    async (fault) => {
      const clock = { now: () => Date.parse(now), sleep: async () => {} };
      const faults = [parseFault(`${fault}=${day}`)];
      const demo = await startDemo(
        { ...world, speed: 1e6, as: 'kubecost-1.105', faults, port: 0 },
        { clock },
      );
      try {
        const deps = testDeps({ clock: new TestClock(now) });
        const { stdout } = await ran(
          ['audit', 'list', '--url', demo.url, '--window', window, '-o', 'json'],
          deps,
        );
        const report: AuditReport = JSON.parse(stdout);
        expect(serious(report)).toMatchObject([
          { code: expected[fault]?.code, wrong: expected[fault]?.wrong, first: `${day}T00:00:00Z` },
        ]);
        expectConsistent(report);
      } finally {
        await demo.close();
      }
    },
  );

  test('a recording has the findings of the run that it was made by', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kc-etl-'));
    const clock = { now: () => Date.parse(now), sleep: async () => {} };
    const faults = [`lost-disk=${day}`, `double-count=${day}`].map(parseFault);
    const demo = await startDemo({ ...world, as: 'kubecost-2', faults, port: 0 }, { clock });
    const findingsOf = async (...source: string[]) => {
      const argv = [
        'audit',
        'run',
        '--engine',
        'local',
        '--window',
        window,
        '-o',
        'json',
        ...source,
      ];
      const { stdout } = await ran(argv, testDeps({ clock: new TestClock(now) }));
      const { findings }: AuditReport = JSON.parse(stdout);
      // commands name the server that was asked
      return findings.map(({ confirm: _, ...finding }) => finding);
    };
    try {
      const live = await findingsOf('--url', demo.url, '--record', join(folder, 'rec'));
      await demo.close();
      expect(live).toHaveLength(2);
      expect(await findingsOf('--from', join(folder, 'rec'))).toEqual(live);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
