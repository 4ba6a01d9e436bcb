import { describe, expect, test } from 'vitest';
import { rendered } from '../../support/results.ts';
import { resultOfReport } from '../support/finding-report.ts';
import * as kubecost from './fixtures/kubecost.ts';
import * as opencost from './fixtures/opencost.ts';

const screens = { ...kubecost, ...opencost };
const widths = [60, 80, 120] as const;

/** Lines that may exceed the width: commands and requests, which are never wrapped. */
const command = /^ {5}\S/;

describe.each(Object.entries(screens))('%s', (name, report) => {
  test('looks as recorded at 60, 80 and 120 columns', async () => {
    const texts = await Promise.all(
      widths.map((columns) =>
        rendered(resultOfReport(report), 'table', { columns, unicode: false }),
      ),
    );
    const screen = texts.map((text, i) => `${'-'.repeat(widths[i] ?? 0)}\n${text}`).join('');
    await expect(screen).toMatchFileSnapshot(`./${name}.txt`);
  });

  test.each(widths)('fits into %i columns and is ASCII', async (columns) => {
    const text = await rendered(resultOfReport(report), 'table', { columns, unicode: false });
    expect(text).toMatch(/^[ -~\n]*$/);
    const long = text
      .split('\n')
      .filter((line) => line.length > columns && !command.test(line) && / /.test(line.trim()));
    expect(long).toEqual([]);
  });
});
