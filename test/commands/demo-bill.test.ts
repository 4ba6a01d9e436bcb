import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { ran, TestClock, testDeps } from '../support/deps.ts';
import { folder } from '../support/folder.ts';

const now = '2026-03-14T12:20:00Z';
const world = ['--seed', '3', '--days', '8', '--nodes', '6', '--pods', '40'];

async function writeBill(...argv: string[]) {
  return await ran(['demo', ...world, ...argv], testDeps({ clock: new TestClock(now) }));
}

async function audit(window: string, ...argv: string[]) {
  const fixed = ['audit', 'run', '--demo', '--type', 'asset-reconciliation', '-o', 'json'];
  const deps = testDeps({ clock: new TestClock(now) });
  const result = await ran([...fixed, ...world, '--window', window, ...argv], deps);
  const report = JSON.parse(result.stdout) as AuditReport; // the contract of -o json
  return { ...result, report };
}

const day = '2026-03-10,2026-03-11';

describe('demo --write-bill', () => {
  test.each(['cur', 'cur2', 'focus', 'azure', 'gcp'])(
    '%s has no difference from the assets of the same world, estimated or reconciled',
    { timeout: 120_000 },
    async (format) => {
      using directory = folder();
      const path = directory.at('bill.csv.gz');
      const { stdout, code } = await writeBill('--write-bill', `${format}=${path}`);
      expect(code).toBe(0);
      const lines = Number(/, ([\d,]+) lines, /.exec(stdout)?.[1]?.replaceAll(',', ''));
      expect(lines).toBeGreaterThan(50);
      expect(gunzipSync(readFileSync(path)).toString().length).toBeGreaterThan(lines * 50);
      for (const as of ['opencost', 'kubecost-2']) {
        const { report } = await audit(day, '--as', as, '--bill', path);
        expect(report.audits).toMatchObject([{ status: 'Passed', differences: [] }]);
        expect(report.audits[0]?.description).toMatch(/\d+ assets compared with the bill by/);
        expect(report.audits[0]?.description).toMatch(
          /left out of the bill: lines outside the audited days: [1-9]\d* lines, \d+\.\d\d/,
        );
      }
    },
  );

  test('has what a fault changes in the bill', async () => {
    using directory = folder();
    const path = directory.at('bill.csv');
    const fault = ['--fault', 'bill-mismatch=2026-03-10,25%'];
    await writeBill('--write-bill', `cur2=${path}`, ...fault);
    const { report, code } = await audit(day, '--as', 'kubecost-2', '--bill', path);
    expect(code).toBe(1);
    const [found] = report.audits[0]?.differences ?? [];
    expect(report.audits[0]?.differences).toHaveLength(1);
    expect((found?.expected ?? 0) / (found?.actual ?? 1)).toBeCloseTo(1.25, 4);
  });

  test.each([
    ['a format that is none', 'excel=bill.csv', /the formats are cur, cur2, focus, azure, gcp/],
    ['no file', 'cur', /is not a format and a file/],
    ['Parquet', 'focus=bill.parquet', /bill\.parquet cannot be written: bills are written as CSV/],
    ['a folder that is not there', 'cur=nowhere/bill.csv', /no such file or directory/],
  ])('%s is a usage error', async (_, text, message) => {
    const { code, stderr } = await writeBill('--write-bill', text);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('leaves no file where no cluster runs on that cloud', async () => {
    using directory = folder();
    const path = directory.at('bill.csv');
    const { code, stderr } = await writeBill('--write-bill', `azure=${path}`, '--clusters', '1');
    expect(code).toBe(2);
    expect(stderr).toContain('no cluster of this world runs on Azure');
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(directory.path)).toEqual([]);
  });
});

describe('a bill that cannot be used as a whole', () => {
  async function bills(directory: { at(name: string): string }) {
    const paths = { cur: directory.at('cur.csv'), focus: directory.at('focus.csv') };
    await writeBill('--write-bill', `cur=${paths.cur}`, '--write-bill', `focus=${paths.focus}`);
    return paths;
  }

  test('two formats: the same lines could be in both', async () => {
    using directory = folder();
    const { cur, focus } = await bills(directory);
    const argv = ['--as', 'opencost', '--bill', cur, '--bill', focus, '--fail-on', 'failed'];
    const { code, report, stderr } = await audit(day, ...argv);
    expect(code).toBe(3);
    expect(report.audits[0]?.status).toBe('Skipped');
    expect(stderr).toContain('the same lines could be in both');
  });

  test('several currencies', async () => {
    using directory = folder();
    const { focus } = await bills(directory);
    const text = readFileSync(focus, 'utf8');
    const half = Math.floor(text.length / 2);
    writeFileSync(focus, text.slice(0, half) + text.slice(half).replaceAll(',USD,', ',EUR,'));
    const { code, report, stderr } = await audit(day, '--as', 'opencost', '--bill', focus);
    expect(code).toBe(3);
    expect(report.audits[0]?.status).toBe('Skipped');
    expect(stderr).toContain('amounts in EUR and USD');
  });

  test('no line in the window: it names the days that the bill has', async () => {
    using directory = folder();
    const { focus } = await bills(directory);
    const rows = readFileSync(focus, 'utf8').split('\n');
    const early = rows.filter((row, index) => index === 0 || row.includes('2026-03-08'));
    writeFileSync(focus, early.join('\n'));
    const { report } = await audit(day, '--as', 'opencost', '--bill', focus);
    expect(report.audits[0]?.status).toBe('Skipped');
    expect(report.audits[0]?.description).toBe('the bill covers 2026-03-07 to 2026-03-08 only');
  });

  test('but gzip of several members is read like one', async () => {
    using directory = folder();
    const { focus } = await bills(directory);
    const bytes = readFileSync(focus);
    const half = Math.floor(bytes.length / 2);
    const packed = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => gzipSync(part));
    const path = directory.at('members.csv.gz');
    writeFileSync(path, Buffer.concat(packed));
    const { report } = await audit(day, '--as', 'opencost', '--bill', path);
    expect(report.audits).toMatchObject([{ status: 'Passed' }]);
  });
});
