import { expect, test } from 'vitest';
import { ComponentSums } from '../../../src/audits/local/component-sums.ts';
import { Pages, pageSize } from '../../../src/audits/local/tables/pages.ts';
import { Components, copyCosts, noPrintedCosts } from '../../../src/costs/components.ts';
import { Rounding } from '../../../src/costs/rounding.ts';
import { allocation } from '../../support/rows.ts';

test('of too many ids the sums over all are known, whichever page an id was on', () => {
  const max = 2 * pageSize;
  const sums = new ComponentSums(max);
  const row = copyCosts(allocation({ cpuCost: 0.5, ramCost: 2 }), noPrintedCosts());
  const components = new Components().set(row, new Rounding(5), true);
  for (const side of ['expected', 'actual'] as const) {
    for (let id = 0; id <= max; id++) sums.add(side, id, components);
  }
  expect(sums.hasTotalsOnly).toBe(true);
  for (const side of ['expected', 'actual'] as const) {
    expect(sums.total(side, 0)?.value).toBe((max + 1) * 0.5);
    expect(sums.total(side, 2)?.value).toBe((max + 1) * 2);
  }
});

test('pages that are dropped are not known any more', () => {
  const pages = new Pages(() => new Uint8Array(pageSize));
  pages.of(0)[7] = 1;
  pages.of(3 * pageSize);
  pages.keepFirst();
  expect(pages.known(7)?.[7]).toBe(1);
  expect(pages.known(pageSize)).toBeUndefined();
  pages.clear();
  pages.keepFirst();
  expect(pages.known(0)).toBeUndefined();
});
