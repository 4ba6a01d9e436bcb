import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { marked, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { EventLog } from '../../../src/events/log.ts';
import type { FormatName } from '../../../src/output/formats/names.ts';
import { render } from '../../../src/output/render.ts';
import type { Result } from '../../../src/output/result.ts';

const context = { columns: 80, colorLevel: 0, unicode: true } as const;

async function text(result: Result, format: FormatName): Promise<string> {
  let whole = '';
  for await (const piece of render(result, format, context)) whole += piece;
  return whole;
}

function log(...kinds: string[]): Extract<Result, { kind: 'events' }> {
  const events = new EventLog();
  for (const kind of kinds) {
    events.addEvent({
      store: 'asset',
      kind,
      time: '2022-06-03T17:07:54.3346484Z',
      window: { start: '2022-06-03T10:00:00Z', end: '2022-06-03T11:00:00Z' },
      size: 29,
      metadata: {},
    });
  }
  return {
    kind: 'events',
    report: {
      server: 'http://localhost:9090/model',
      query: { window: '7d', kinds: [], store: null },
      counters: new Map([['AssetSetSaved', 8212]]),
      events,
      total: kinds.length,
    },
  };
}

function difference(key: string): Extract<Result, { kind: 'differences' }> {
  const entry = {
    window: { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' },
    type: 'AuditClusterEquality',
    key: [key],
    expected: 2,
    actual: 1.5,
    delta: -0.5,
    relative: -0.25,
  } as const;
  return {
    kind: 'differences',
    entries: [{ ...entry, key: [key] }],
    report: {
      schemaVersion: 1,
      server: null,
      engine: 'server',
      audits: [],
      findings: [],
      summary: { passed: 0, warning: 0, failed: 1, skipped: 0, notRun: 0 },
      gate: null,
    },
  };
}

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(...'|`*_<>&[]()\\!"\',;=+-@#~$\n\r\t\u2028\u0085\u001b:/ a1'),
  }),
);

describe('csv', () => {
  test('of events has a fixed header, exact times and a line for each event', async () => {
    expect(await text(log('AssetSetSaved'), 'csv')).toBe(
      'time,store,kind,windowStart,windowEnd,size\n' +
        '2022-06-03T17:07:54.3346484Z,asset,AssetSetSaved,2022-06-03T10:00:00Z,2022-06-03T11:00:00Z,29\n',
    );
  });

  test('of a negative amount is a number, of a text like a formula is not one', async () => {
    const printed = await text(difference('-1+1'), 'csv');
    expect(printed.split('\n')[1]).toBe(
      "2023-01-14T00:00:00Z,2023-01-15T00:00:00Z,AuditClusterEquality,'-1+1,2,1.5,-0.5,-0.25,",
    );
  });

  test('can be parsed back, and no cell begins a formula', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const rows = parseCsv(await text(difference(name), 'csv')) as string[][];
        expect(rows).toHaveLength(2);
        expect(rows[1]).toHaveLength(9);
        const cell = rows[1]?.[3] ?? '';
        expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
        expect(cell).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
        if (/^[\w .,"]+$/.test(name)) expect(cell).toBe(name);
      }),
    );
  });
});

describe('markdown', () => {
  test('shows a name as it is, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const tokens = marked.lexer(await text(difference(name), 'markdown'));
        const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table');
        expect(tokens.filter(({ type }) => type !== 'space')).toHaveLength(2);
        expect(tables).toHaveLength(1);
        expect(tables[0]?.rows).toHaveLength(1);
        const cells = tables[0]?.rows[0]?.map((cell) => cell.text);
        expect(cells?.slice(4)).toEqual(['2', '1.5', '-0.5', '-0.25', '']);
        const parts = tables[0]?.rows[0]?.[3]?.tokens ?? [];
        expect(parts.map(({ type }) => type)).not.toContain('html');
        for (const part of parts) expect(['text', 'escape']).toContain(part.type);
      }),
    );
  });

  test('aligns numbers to the right', async () => {
    const printed = await text(log('AssetSetSaved'), 'markdown');
    expect(printed).toContain('| --- | --- | --- | --- | --- | ---: |');
    expect(printed).toContain('| AssetSetSaved | 8212 |');
  });
});

describe('yaml', () => {
  test('is the document of json, with any name in it', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        for (const result of [log(name), log(), difference(name), log(name, 'x', name)]) {
          const [yaml, json] = [await text(result, 'yaml'), await text(result, 'json')];
          expect(parseYaml(yaml)).toEqual(JSON.parse(json));
        }
      }),
    );
  });
});
