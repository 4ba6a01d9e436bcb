import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../../src/diagnosis/report.ts';
import { accessibilityOf, hasBrowser, openPage, startBrowser } from '../../support/browser.ts';
import { rendered } from '../../support/results.ts';
import { gap, healthyWeek, lostDisk, reconcileError } from '../screens/fixtures/kubecost.ts';
import { clusterIdMismatch } from '../screens/fixtures/opencost.ts';
import { dayWindow, finding, resultOfReport } from '../support/finding-report.ts';

/** Three findings: one of several objects, one of several days, one accepted. */
const several: AuditReport = {
  ...reconcileError,
  findings: [
    ...reconcileError.findings,
    ...lostDisk.findings.map((one) => ({
      ...one,
      windows: ['2026-11-21', '2026-11-22', '2026-11-23'].map((date, i) => ({
        ...dayWindow(date),
        amount: -0.2 * (i + 1),
      })),
      trend: 'growing' as const,
    })),
    finding({
      code: 'volume-unclaimed',
      severity: 'info',
      title: 'Unused.',
      accepted: 'kept on purpose',
    }),
  ],
};

const html = (report: AuditReport) => rendered(resultOfReport(report), 'html');

test('findings by cluster: a column for each cluster, a link for each day', async () => {
  const text = await html(several);
  const [, section = ''] = /<section aria-labelledby="clusters">(.*?)<\/section>/s.exec(text) ?? [];
  const clusters = new Set(
    several.findings.flatMap(({ objects }) => objects.map((one) => one.cluster)),
  );
  clusters.delete(null);
  const heads = [...section.matchAll(/<th scope="col">([^<]*)<\/th>/g)].map(([, name]) => name);
  expect(heads.sort()).toEqual(['Window (UTC)', ...clusters].sort());
  const links = new Set([...section.matchAll(/href="#([^"]*)"/g)].map(([, anchor]) => anchor));
  expect(links.size).toBeGreaterThan(0);
  for (const anchor of links) expect(text).toContain(`id="${anchor}"`);
  expect(await html(healthyWeek)).not.toContain('Findings by cluster');
});

test('the verdict and the findings come before the calendar and the differences', async () => {
  const text = await html(lostDisk);
  const places = ['<h1>', 'id="findings"', 'id="calendar"', 'id="differences"', 'id="notes"'].map(
    (part) => text.indexOf(part),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(text).toMatch(/<h1>.*FAILED: 1 finding, assets 0\.66 too low/);
});

test('without findings there is no section of them', async () => {
  expect(await html(healthyWeek)).not.toContain('id="findings"');
});

describe.runIf(hasBrowser)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const reports = { several, gap, clusterIdMismatch };
  const cases = Object.keys(reports).flatMap((name) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [1280, 390].map((width) => ({ name, colorScheme, width })),
    ),
  );

  test.each(cases)('$name, $colorScheme, $width wide: accessible, quiet, alone', async (row) => {
    const { name, colorScheme, width } = row;
    const report = reports[name as keyof typeof reports]; // a name of the record above
    await using opened = await openPage(browser, await html(report), {
      colorScheme,
      viewport: { width, height: 900 },
    });
    const { page, complaints, requests } = opened;
    const { violations } = await accessibilityOf(page);
    expect(violations).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(
      await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      ),
    ).toBe(false);
  });

  test('a command is copied as it stands, by keyboard', async () => {
    const command = lostDisk.findings[0]?.confirm[0]?.command ?? '';
    await using opened = await openPage(browser, await html(lostDisk), {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = opened;
    const button = page.locator('.copy').first();
    await button.press('Enter');
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(command);
  });

  test('a cell of the calendar leads to its finding', async () => {
    await using opened = await openPage(browser, await html(several));
    const { page } = opened;
    await page.locator('.calendar tbody a', { hasText: 'finding 1' }).first().press('Enter');
    expect(await page.locator('article:target h3').textContent()).toBe(several.findings[0]?.title);
  });

  test('the chart has a bar for each day of the report, and says its amounts', async () => {
    await using opened = await openPage(browser, await html(several));
    const chart = opened.page.locator('#finding-2 .daily');
    expect(await chart.locator('rect').count()).toBe(4);
    expect(await chart.locator('rect.less').count()).toBe(3);
    expect(await chart.getAttribute('aria-label')).toBe(
      'Amount per window: 2026-11-21 -0.20, 2026-11-22 -0.40, 2026-11-23 -0.60',
    );
  });

  test('the differences are folded, and unfold by keyboard', async () => {
    await using opened = await openPage(browser, await html(several));
    const { page } = opened;
    const details = page.locator('details:has(#differences)');
    expect(await details.getAttribute('open')).toBeNull();
    await details.locator('summary').first().press('Enter');
    expect(await details.getAttribute('open')).not.toBeNull();
  });

  test('complete without its script, and then without copy buttons', async () => {
    await using opened = await openPage(browser, await html(several), { javaScriptEnabled: false });
    expect(await opened.page.locator('article.finding').count()).toBe(3);
    expect(await opened.page.locator('.copy:visible').count()).toBe(0);
  });
});
