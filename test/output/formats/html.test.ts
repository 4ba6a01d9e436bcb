import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarise } from '../../../src/audits/gate.ts';
import { selectDifferences } from '../../../src/audits/selection.ts';
import type { Result } from '../../../src/output/result.ts';
import {
  audit,
  failed,
  hostileNames,
  hostileReport,
  rendered,
  reportOf,
} from '../../support/audits.ts';
import { accessibilityOf, hasBrowser, openPage, startBrowser } from '../../support/browser.ts';
import { rendered as renderedResult } from '../../support/results.ts';
import { sampleReport } from '../../support/sample-report.ts';

test('one page without an address of anything outside', async () => {
  const text = await rendered(sampleReport(), 'html');
  expect(text).toMatch(/^<!doctype html>\n/);
  expect(text.trimEnd()).toMatch(/<\/html>$/);
  expect(text).not.toMatch(/(?:src|href)="(?!#|data:)/);
  expect(text).not.toMatch(/url\(|@import/);
});

test('the verdict comes first', async () => {
  const headline = async (report: Parameters<typeof rendered>[0]) =>
    /<h1>.*<\/span> (.*)<\/h1>/.exec(await rendered(report, 'html'))?.[1];
  const bad = failed([[['a'], 1, 2]]);
  expect(await headline(reportOf([bad, audit()]))).toBe(
    'FAILED: 1 of 2 audits failed; largest +1.00 (+100.00 %) in AuditClusterEquality of a',
  );
  expect(await headline(reportOf([audit()]))).toBe('PASSED: no findings in one day');
  expect(await headline(reportOf([audit()], 'never'))).toBe('PASSED: no findings in one day');
  expect(await headline(reportOf([bad], 'never'))).toMatch(/^FAILED: 1 of 1 audit failed; /);
  expect(await headline(reportOf([]))).toBe('UNDECIDED: no audits to evaluate');
  expect(await headline(reportOf([audit({ status: 'Skipped' })]))).toBe(
    'UNDECIDED: nothing could be evaluated',
  );
});

/** The reports of two servers, and one that could not be audited. */
function twoServers(): Result {
  const reports = [sampleReport(), sampleReport(3), null];
  const view = { statuses: [], top: null, minDelta: 0, sort: 'delta' } as const;
  return {
    kind: 'servers',
    results: reports.map(
      (report) =>
        report && {
          kind: 'audits',
          report,
          entries: selectDifferences(report.audits, view).entries,
        },
    ),
    report: {
      schemaVersion: 1,
      servers: reports.map((report, i) => ({
        server: ['one', 'two', 'three'][i] ?? '',
        error: report ? null : 'nothing listens there',
        exitCode: report ? 1 : 3,
        report,
      })),
      summary: summarise([]),
      gate: null,
    },
  };
}

describe.runIf(hasBrowser)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const column = (page: Page, n: number, table = 'differences') =>
    page.locator(`#${table}-table tbody tr:not([hidden]) td:nth-child(${n})`).allInnerTexts();

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s, %d wide: accessible, quiet, alone', async (colorScheme, width) => {
    const text = await rendered(sampleReport(), 'html');
    await using opened = await openPage(browser, text, {
      colorScheme,
      viewport: { width, height: 900 },
    });
    const { page, complaints, requests } = opened;
    const found = await accessibilityOf(page);
    expect(found).toEqual({ passes: expect.any(Number), violations: [] });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    const isTooWide = await page.evaluate(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    );
    expect(isTooWide).toBe(false);
  });

  test.each(['light', 'dark'] as const)(
    'several servers, %s: accessible, and sorted each by itself',
    async (colorScheme) => {
      const text = await renderedResult(twoServers(), 'html');
      await using opened = await openPage(browser, text, { colorScheme });
      const { page, complaints, requests } = opened;
      const { violations } = await accessibilityOf(page);
      expect(violations).toEqual([]);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      const [first, second] = ['server-1-differences', 'server-2-differences'];
      const before = await column(page, 3, second);
      const keys = await column(page, 3, first);
      await page.locator(`#${first}-table`).getByRole('button', { name: 'Key' }).press('Enter');
      expect(await column(page, 3, first)).toEqual([...keys].sort());
      expect(await column(page, 3, second)).toEqual(before);
      await page.getByRole('link', { name: 'two' }).press('Enter');
      expect(page.url()).toMatch(/#server-2$/);
    },
  );

  test('sorted by keyboard alone', async () => {
    await using opened = await openPage(browser, await rendered(sampleReport(), 'html'));
    const { page } = opened;
    const keys = await column(page, 3);
    expect(keys[0]).toContain('RAM'); // what is no number ranks above all
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the differences');
    await page.keyboard.press('Enter');
    for (let i = 0; i < 10 && (await focused()) !== 'Key'; i++) await page.keyboard.press('Tab');
    expect(await focused()).toBe('Key');
    await page.keyboard.press('Enter');
    expect(await column(page, 3)).toEqual([...keys].sort());
    await page.keyboard.press('Space');
    expect(await column(page, 3)).toEqual([...keys].sort().reverse());
    const sorted = page.locator('#differences-table th[aria-sort=descending]');
    expect(await sorted.allInnerTexts()).toEqual([expect.stringContaining('Key')]);
    const status = page.locator('form[data-for=differences-table] [role=status]');
    expect(await status.textContent()).toBe(`${keys.length} shown, sorted by Key, descending`);
  });

  test('numbers sort as numbers', async () => {
    const amounts = [2, 10, 1, 100, 30];
    const report = reportOf([failed(amounts.map((n) => [[`d${n}`], 0, n]))]);
    await using opened = await openPage(browser, await rendered(report, 'html'));
    const { page } = opened;
    expect(await column(page, 3)).toEqual(['d100', 'd30', 'd10', 'd2', 'd1']);
    await page.getByRole('button', { name: 'Delta' }).press('Enter');
    expect(await column(page, 3)).toEqual(['d1', 'd2', 'd10', 'd30', 'd100']);
  });

  test('filtered by keyboard alone', async () => {
    await using opened = await openPage(browser, await rendered(sampleReport(), 'html'));
    const { page } = opened;
    const all = (await column(page, 3)).length;
    const form = page.locator('form[data-for=differences-table]');
    await form.getByLabel('Search').focus();
    await page.keyboard.type('pool-1 cpu');
    expect(await column(page, 3)).toEqual(['cluster-one/gke-pool-1-7f9c / CPU']);
    expect(await form.getByRole('status').textContent()).toBe(`1 of ${all} shown`);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Delete');
    expect(await column(page, 3)).toHaveLength(all);
    await page.keyboard.press('Tab');
    await page.keyboard.type('AuditAllocationR');
    expect(new Set(await column(page, 2))).toEqual(new Set(['AuditAllocationReconciliation']));
  });

  test('a cell of the calendar leads to its audit', async () => {
    await using opened = await openPage(browser, await rendered(sampleReport(), 'html'));
    const { page } = opened;
    const failing = page.locator('.calendar tbody a', { hasText: 'failed' }).first();
    await failing.press('Enter');
    const target = await page.locator('tr:target').textContent();
    expect(target).toContain('AuditClusterEquality');
    expect(target).toContain('failed');
  });

  test('complete without its script, and then without controls', async () => {
    await using opened = await openPage(browser, await rendered(sampleReport(), 'html'), {
      javaScriptEnabled: false,
    });
    expect(await opened.page.locator('#differences-table tbody tr').count()).toBe(7);
    expect(await opened.page.locator('form:visible').count()).toBe(0);
  });

  test('hostile names are text, whole and harmless', async () => {
    await using opened = await openPage(browser, await rendered(hostileReport(), 'html'));
    const { page, complaints, requests } = opened;
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    const shown = await column(page, 3);
    expect(shown).toHaveLength(hostileNames.length);
    for (const name of hostileNames.slice(0, 6)) expect(shown).toContain(`cluster / ${name}`);
    expect(shown).toContain('cluster / (empty)');
    const isSafe = (character: string) => character >= ' ' && character !== '\u202e';
    expect([...shown.join('')].every(isSafe)).toBe(true);
  });

  test('on paper there are no controls, and it is light', async () => {
    await using opened = await openPage(browser, await rendered(sampleReport(), 'html'), {
      colorScheme: 'dark',
    });
    const { page } = opened;
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('form:visible').count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(28, 29, 34)');
    const paper = await page.pdf({ format: 'A4' });
    expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
  });
});
