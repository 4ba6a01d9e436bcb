import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type ProductVariantName,
  productVariantNames,
  productVariants,
} from '../../../src/demo/variants.ts';
import { stoppedClock } from '../support/in-process.ts';
import { rows, serve, type TestOptions } from '../support/over-http.ts';

const day = 'window=2026-03-10T00:00:00Z,2026-03-11T00:00:00Z';

async function get(path: string, options: TestOptions = {}) {
  await using server = await serve(options, stoppedClock());
  const answer = await fetch(`${server.url}${path}`, { redirect: 'manual' });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    text: await answer.text(),
  };
}

const pathOf = (as: ProductVariantName) =>
  `${productVariants[as].prefix}${productVariants[as].allocationPath}`;

describe('what a variant has', () => {
  test.each<[ProductVariantName, string, number, RegExp]>([
    ['kubecost-1.105', '/allocation', 200, /^<!doctype html>/],
    ['kubecost-1.105', '/healthz', 200, /^healthy\n$/],
    ['kubecost-1.105', '/model/healthz', 200, /^$/],
    ['kubecost-1.105', '/model/nothing', 404, /^404 page not found\n$/],
    ['kubecost-2', '/model/etl/audit', 404, /^404/],
    ['kubecost-2', '/model/etl/log', 200, /^\{"code":200/],
    ['kubecost-2', '/model/assets/totals', 501, /^<b>Aggregator does not/],
    ['kubecost-3', '/model/etl/log', 404, /^404/],
    ['kubecost-3', `/model/allocation?${day}`, 200, /^\{"code":200/],
    ['opencost', '/model/allocation', 404, /^404/],
    ['opencost', '/nothing', 404, /^404/],
    ['opencost-1.102', `/allocation?${day}`, 404, /^404/],
    ['opencost-1.102', `/allocation/compute?${day}`, 200, /^\{"code":200,"status":"success"/],
    ['opencost-1.103', `/assets?${day}`, 404, /^404/],
    ['opencost-1.103', '/installInfo', 200, /"version":"1\.103\.1"/],
    ['opencost-1.112', `/assets?${day}`, 200, /^\{"code":200,"status":"success"/],
    ['opencost-1.119', `/assets?${day}`, 200, /^\{"code":200,"data"/],
    ['opencost-1.121', '/installInfo', 200, /"version":"1\.121\.3"/],
    ['opencost', `/allocation?${day}`, 200, /^\{"code":200/],
    [
      'opencost',
      '/allocation?window=7x',
      400,
      /^Invalid 'window' parameter: illegal window: 7x\n$/,
    ],
    [
      'opencost',
      `/allocation?${day}&filter=controller:"x"`,
      500,
      /at 'controller': expect filter field/,
    ],
  ])('%s %s', async (as, path, status, text) => {
    const answer = await get(path, { as });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
  });

  test('productConfigs begins with a line break and has only text', async () => {
    const { text } = await get('/model/productConfigs', { as: 'kubecost-2' });
    expect(text.startsWith('\n')).toBe(true);
    const configs = JSON.parse(text) as Record<string, unknown>;
    expect(configs['chartVersion']).toBe('2.4.3');
    expect(new Set(Object.values(configs).map((value) => typeof value))).toEqual(
      new Set(['string']),
    );
  });
});

describe('numbers', () => {
  test('of allocations: five decimals, or six with their zeros up to 1.100', async () => {
    for (const as of productVariantNames) {
      const { text } = await get(`${pathOf(as)}?${day}&aggregate=cluster`, { as });
      const found = [...text.matchAll(/"(?:cpu|ram|total)Cost":([^,}]+)/g)].map(
        ([, number = '']) => number,
      );
      expect(found.length).toBeGreaterThan(8);
      const form =
        productVariants[as].allocationNumbers === '%f' ? /^-?\d+\.\d{6}$/ : /^-?\d+(\.\d{1,5})?$/;
      for (const number of found) expect(number).toMatch(form);
    }
  });

  test('of assets: six, everywhere', async () => {
    for (const as of productVariantNames.filter((name) => productVariants[name].hasAssets)) {
      const { text } = await get(`${productVariants[as].prefix}/assets?${day}`, { as });
      for (const [, number = ''] of text.matchAll(/"(?:totalCost|minutes|discount)":([^,}]+)/g)) {
        expect(number).toMatch(/^-?\d+\.\d{6}$/);
      }
    }
  });

  test('what is not a number is null, and so is the total', async () => {
    const { text } = await get(
      '/model/allocation?window=2026-03-11T00:00:00Z,2026-03-12T00:00:00Z&idle=false',
      { faults: ['nan'] },
    );
    expect(text.match(/"cpuCost":null/g)).toHaveLength(1);
    expect(text.match(/"totalCost":null/g)).toHaveLength(1);
    expect(() => JSON.parse(text)).not.toThrow();
  });
});

/** The fields of a captured answer's rows. */
function captured(file: string): Set<string> {
  const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8');
  return new Set(JSON.parse(text) as string[]);
}

describe('fields', () => {
  test('of allocations are those that OpenCost 1.121 was seen to have', async () => {
    await using server = await serve({ as: 'opencost' }, stoppedClock());
    const own = new Set(
      rows(await server.data(`/allocation?${day}&aggregate=namespace&includeIdle=true`)).flatMap(
        ([, row]) => Object.keys(row),
      ),
    );
    expect(own).toEqual(captured('opencost-1.121-allocation-fields.json'));
  });

  test('a row is named by its key, and has what its properties say', async () => {
    await using server = await serve({}, stoppedClock());
    for (const [key, row] of rows(await server.data(`/allocation?${day}&idle=false`))) {
      const p = row['properties'] as Record<string, string | undefined>;
      expect(row['name']).toBe(key);
      expect(key).toBe(
        [p['cluster'], p['node'], p['namespace'], p['pod'], p['container']]
          .map((x) => x ?? '')
          .join('/'),
      );
    }
  });

  test("an asset's key has nine parts or more", async () => {
    await using server = await serve({}, stoppedClock());
    for (const [key, row] of rows(await server.data(`/assets?${day}`))) {
      expect(key.split('/').length).toBeGreaterThanOrEqual(9);
      expect(key.split('/')[5]).toBe(key.includes('azure:///') ? key.split('/')[5] : row['type']);
    }
  });
});

describe('parameters', () => {
  test('idle is there by default on Kubecost, on OpenCost only when asked for', async () => {
    const idle = async (as: ProductVariantName, query = '') =>
      (
        await get(`${productVariants[as].prefix}/allocation?${day}&aggregate=namespace${query}`, {
          as,
        })
      ).text.includes('"__idle__":');
    expect(await idle('kubecost-1.105')).toBe(true);
    expect(await idle('kubecost-1.105', '&idle=false')).toBe(false);
    expect(await idle('opencost')).toBe(false);
    expect(await idle('opencost', '&idle=true')).toBe(false);
    expect(await idle('opencost', '&includeIdle=true')).toBe(true);
  });

  test('days are sets of their own; accumulate adds them up', async () => {
    await using server = await serve({}, stoppedClock());
    const query =
      '/allocation?window=2026-03-08T00:00:00Z,2026-03-11T00:00:00Z&aggregate=cluster&idle=false';
    const days = (await server.data(query)) as Record<string, { totalCost: number }>[];
    const [all, ...more] = (await server.data(`${query}&accumulate=true`)) as Record<
      string,
      { totalCost: number }
    >[];
    expect(days).toHaveLength(3);
    expect(more).toEqual([]);
    for (const [name, row] of Object.entries(all ?? {})) {
      expect(row.totalCost).toBeCloseTo(
        days.reduce((sum, set) => sum + (set[name]?.totalCost ?? 0), 0),
        4,
      );
    }
  });

  test('the hours of a day cost what the day does before it is reconciled', async () => {
    await using server = await serve({}, stoppedClock());
    const total = async (query: string) =>
      rows(
        await server.data(
          `/allocation?${query}&aggregate=cluster&idle=false&shareTenancyCosts=false`,
        ),
      ).reduce((sum, [, row]) => sum + Number(row['totalCost']), 0);
    expect(await total('window=2026-03-14T00:00:00Z,2026-03-14T12:00:00Z&step=1h')).toBeCloseTo(
      await total('window=today'),
      2,
    );
  });

  test('shared idle and split idle add up to the same', async () => {
    await using server = await serve({}, stoppedClock());
    const total = async (query: string) =>
      rows(await server.data(`/allocation?${day}&aggregate=namespace${query}`)).reduce(
        (sum, [, row]) => sum + Number(row['totalCost']),
        0,
      );
    const plain = await total('');
    for (const query of [
      '&splitIdle=true',
      '&splitIdle=true&idleByNode=true',
      '&shareIdle=true',
      '&shareIdle=true&idleByNode=true',
    ]) {
      expect(await total(query), query).toBeCloseTo(plain, 2);
    }
  });

  test('filters of both kinds, and pages', async () => {
    await using server = await serve({ as: 'kubecost-2' }, stoppedClock());
    const keys = async (query: string) =>
      rows(await server.data(`/allocation?${day}&aggregate=namespace&idle=false${query}`)).map(
        ([key]) => key,
      );
    const all = await keys('');
    expect(await keys('&filter=namespace:"monitoring"')).toEqual(['monitoring']);
    expect(await keys('&filterNamespaces=monitoring')).toEqual(['monitoring']);
    expect(await keys('&filter=namespace!:"monitoring"')).toEqual(
      all.filter((key) => key !== 'monitoring'),
    );
    expect(
      await keys(
        `&filter=${encodeURIComponent('cluster:"cluster-one"+namespace:"monitoring","web"')}`,
      ),
    ).toContain('monitoring');
    expect([...(await keys('&limit=2')), ...(await keys('&offset=2&limit=100'))]).toEqual(all);
  });

  test('a window without any set is empty, in the way of the variant', async () => {
    const window = 'window=2020-01-01T00:00:00Z,2020-01-02T00:00:00Z';
    for (const as of productVariantNames) {
      const { text } = await get(`${pathOf(as)}?${window}`, { as });
      const { envelopeStatus, noData } = productVariants[as];
      const status = envelopeStatus ? { status: 'success' } : {};
      expect(JSON.parse(text)).toEqual({ code: 200, ...status, data: JSON.parse(noData) });
    }
  });

  test('bills come later, until then the set is null', async () => {
    await using server = await serve({}, stoppedClock());
    const { sets } = (await server.data(
      '/cloudCost?window=2026-03-12T00:00:00Z,2026-03-15T00:00:00Z&aggregate=provider',
    )) as {
      sets: { cloudCosts: object | null }[];
    };
    expect(sets.map(({ cloudCosts }) => cloudCosts === null).at(-1)).toBe(true);
    expect(Object.keys(sets[0]?.cloudCosts ?? {})).toEqual(['AWS', 'GCP', 'Azure']);
  });
});
