import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExposition } from '../../../src/kubecost/exposition/read.ts';
import {
  ExpositionError,
  parseSample,
  type Sample,
} from '../../../src/kubecost/exposition/sample.ts';
import { readEtlMetrics } from '../../../src/kubecost/schemas/metrics.ts';
import { chunked, streamOf } from '../../support/json-text.ts';

const metric = 'kubecost_asset_data_status';

async function samplesOf(text: string, chunks: Uint8Array[] = [Buffer.from(text)]) {
  const samples: Sample[] = [];
  const invalid = await readExposition(
    streamOf(chunks),
    () => true,
    (sample) => samples.push(sample),
  );
  return { samples, invalid };
}

describe('a sample', () => {
  test.each<[string, Record<string, string>, number]>([
    [`${metric} 1`, {}, 1],
    [`  ${metric}{} 1`, {}, 1],
    [`${metric}\t{a="1"}\t2`, { a: '1' }, 2],
    [`${metric} { a = "1" , b="2" , } 2 1700000000000`, { a: '1', b: '2' }, 2],
    [`${metric}{a="}"} 1`, { a: '}' }, 1],
    [`${metric}{a="{b=\\"c\\"}\\\\\\n"} 1`, { a: '{b="c"}\\\n' }, 1],
    [`${metric}{a="# {"} 1`, { a: '# {' }, 1],
    [`${metric}{a="1"} +Inf`, { a: '1' }, Number.POSITIVE_INFINITY],
    [`${metric} NaN`, {}, Number.NaN],
    [`${metric} .5e+01`, {}, 5],
    [`${metric}{a="1"} 3 1.5 # {trace_id="x"} 0.67 1.4`, { a: '1' }, 3],
    [`{"${metric}", "a.b"="1"} 4`, { 'a.b': '1' }, 4],
  ])('%s', (line, labels, value) => {
    expect(parseSample(line)).toEqual({
      name: metric,
      labels: new Map(Object.entries(labels)),
      value,
    });
  });

  test.each([
    metric,
    `${metric}{a="1" 1`,
    `${metric}{a="1"b="2"} 1`,
    `${metric}{a=1} 1`,
    `${metric}{,} 1`,
    `${metric}{a="\\x"} 1`,
    `${metric}{a="1",a="2"} 1`,
    `${metric}{1a="1"} 1`,
    `${metric} 1 2 3`,
    `${metric} one`,
    `${metric} 1e400`,
    `${metric} 1_000`,
    `${metric} 0x10`,
    `{a="1"} 1`,
  ])('refuses %s', (line) => {
    expect(() => parseSample(line)).toThrow(ExpositionError);
  });

  test('agrees with promtool on what is valid', () => {
    if (spawnSync('promtool', ['--version']).error) return;
    const tokens = fc.constantFrom(
      ...['m', 'a', '{', '}', '"', '="', '=', ',', ' ', '\\', '\\n', '1', '1.5', '-2', 'NaN'],
    );
    const pieces = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('m{a="1"} 1', 'm { a = "}" , } 2 3', 'm 0.5') },
      fc.array(tokens, { minLength: 2, maxLength: 9 }).map((parts) => `m${parts.join('')}`),
    );
    fc.assert(
      fc.property(pieces, (line) => {
        // lint warnings are exit code 3, and only a syntax error is 1
        const input = `${line}\n`;
        const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input });
        // a decimal timestamp is legal in OpenMetrics, which promtool does not check; a blank at the end is harmless
        const isAccepted =
          status !== 1 || /expected integer as timestamp, got "(-?1\.5)?"/.test(`${stderr}`);
        expect({ line, isValid: isValid(line) }).toEqual({ line, isValid: isAccepted });
      }),
      { numRuns: 60 },
    );
  });
});

function isValid(line: string): boolean {
  try {
    parseSample(line);
    return true;
  } catch {
    return false;
  }
}

describe('an exposition', () => {
  const text = [
    '# HELP x y',
    '',
    `${metric}{resolution="daily",status="error",note="},{"} 2`,
    `${metric}{resolution="daily",status="success"} 90`,
    'other 1',
    '',
  ].join('\n');

  test('gives the same samples however it is cut into chunks', async () => {
    const expected = (await samplesOf(text)).samples;
    expect(expected).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(chunked(fc.constant(text)), async ({ chunks }) => {
        expect((await samplesOf(text, chunks)).samples).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['a last line without an end', `${text}${metric}{resolution="dai`],
    ['OpenMetrics without # EOF', `# UNIT x seconds\n${text}`],
  ])('that is cut off is refused: %s', async (_, cut) => {
    await expect(samplesOf(cut)).rejects.toThrow('cut off');
  });

  test('may end with # EOF, with or without a line end', async () => {
    expect((await samplesOf(`# UNIT x seconds\n${text}# EOF`)).samples).toHaveLength(3);
    expect((await samplesOf(`# UNIT x seconds\n${text}# EOF\n`)).samples).toHaveLength(3);
  });

  test('names the first of the lines that are not valid, and keeps the others', async () => {
    const { samples, invalid } = await samplesOf(`${text}bad{\nbad}\n`);
    expect(samples).toHaveLength(3);
    expect(invalid).toEqual({ count: 2, first: expect.stringMatching(/^line 6: /) });
  });
});

describe('the gauges of sets', () => {
  const read = (text: string) => readEtlMetrics(streamOf([Buffer.from(text)]));

  test('are read per cluster label', async () => {
    const { gauges, isComplete } = await read(
      [
        `${metric}{cluster="one",resolution="daily",status="error"} 0`,
        `${metric}{cluster="two",resolution="daily",status="error"} 2`,
        'kubecost_errored_asset_ingestions{version="2.4"} 3',
        '',
      ].join('\n'),
    );
    expect(gauges.map(({ cluster, count }) => [cluster, count])).toEqual([
      ['one', 0],
      ['two', 2],
    ]);
    expect(isComplete).toBe(true);
  });

  test.each([
    ['1d', 'day'],
    ['24h0m0s', 'day'],
    ['Hourly', 'hour'],
  ])('have the resolution %s, too', async (label, resolution) => {
    const { gauges } = await read(`${metric}{resolution="${label}",status="Error"} 2\n`);
    expect(gauges).toMatchObject([{ resolution, status: 'error', count: 2 }]);
  });

  test('count once where they come twice', async () => {
    const line = (n: number) => `${metric}{resolution="daily",status="error"} ${n}\n`;
    const { gauges } = await read(line(2) + line(3) + line(1));
    expect(gauges.map(({ count }) => count)).toEqual([3]);
  });

  test.each([
    ['resolution="daily",status="error"', 'NaN', false],
    ['resolution="daily",status="error"', '2.5', false],
    ['resolution="daily",status="failed"', '3', false],
    ['resolution="weekly",status="error"', '1', false],
    ['status="error"', '1', false],
    ['resolution="weekly",status="error"', '0', true],
    ['resolution="weekly",status="success"', '9', true],
  ])(
    'that cannot be read, {%s} %s, leave open whether there is a problem',
    async (labels, value, isComplete) => {
      const found = await read(`${metric}{${labels}} ${value}\n`);
      expect(found.gauges).toEqual([]);
      expect(found.remarks).toEqual(['/metrics: 1 data status gauge could not be read']);
      expect(found.isComplete).toBe(isComplete);
    },
  );

  test('come with what else the metrics tell about the pipelines', async () => {
    const { errorEvents, remarks } = await read(
      [
        'kubecost_etl_events_total{etl="asset",event="AssetSetSaved"} 2573',
        'kubecost_etl_events_total{etl="asset",event="AssetSetComputeError"} 4',
        'kubecost_etl_progress_percent{etl="asset",resolution="daily"} 0.41',
        'kubecost_etl_progress_percent{etl="asset",resolution="hourly"} 1',
        'kubecost_errored_asset_ingestions{version="2.4"} 3',
        '',
      ].join('\n'),
    );
    expect([...errorEvents]).toEqual([['AssetSetComputeError', 4]]);
    expect(remarks).toEqual([
      '/metrics: the asset daily pipeline reports progress 41 %',
      '/metrics: kubecost_errored_asset_ingestions is 3 since the server started',
    ]);
  });

  test('are incomplete where a line about them is not valid', async () => {
    const { isComplete, remarks } = await read(
      `${metric}{resolution="daily",status="error"} 1e400\n`,
    );
    expect(isComplete).toBe(false);
    expect(remarks.join()).toContain('out of range');
  });
});
