import { describe, expect, test } from 'vitest';
import { ran } from '../support/deps.ts';
import { reply, serve } from '../support/server.ts';

/** Answers under status 200 that hold a sentence in place of the data. */
const refusals: readonly (readonly [string, string])[] = [
  [
    'a warning in place of data',
    '{"code":200,"data":{},"warning":"too many rows: 80000 of 75000"}',
  ],
  ['a warning and null', '{"code":200,"status":"success","data":null,"warning":"too many rows"}'],
  ['a warning and an empty set', '{"code":200,"data":[{}],"warning":"too many rows"}'],
  ['a warning before the data', '{"warning":"too many rows","data":[],"code":200}'],
  ['a message in place of data', '{"code":200,"data":[],"message":"too many rows"}'],
  [
    'a status that says error',
    '{"code":200,"status":"error","data":null,"message":"too many rows"}',
  ],
  ['an error of Prometheus', '{"status":"error","errorType":"bad_data","message":"too many rows"}'],
];

const commands: readonly (readonly string[])[] = [
  ['events', '-o', 'json'],
  ['audit', 'list', '-o', 'json'],
  ['audit', 'run', '--engine', 'server', '--window', '1d', '-o', 'json'],
  ['audit', 'run', '--engine', 'local', '--window', '2023-01-15,2023-01-16', '-o', 'json'],
  ['events', 'coverage', '--window', '2023-01-15,2023-01-16', '-o', 'json'],
];

describe.each(refusals)('%s is a refusal, not an empty result', (_, body) => {
  test.each(commands.map((command) => [command.join(' '), command] as const))(
    '%s',
    async (_name, command) => {
      await using server = await serve({ '*': reply(body) });
      const result = await ran([...command, '--url', `${server.url}/model`, '--retries', '0']);
      expect(result.code).toBe(3);
      expect(result.stderr + result.stdout).toContain('too many rows');
      expect(result.stderr).not.toContain('gate passed');
    },
  );
});

describe('what is no refusal', () => {
  test.each([
    ['no sentence', '{"code":200,"data":[]}'],
    [
      'a sentence that only confirms',
      '{"code":200,"status":"success","data":[],"message":"success"}',
    ],
    ['an empty warning', '{"code":200,"data":[],"warning":"","message":null}'],
  ])('%s is an empty result', async (_, body) => {
    await using server = await serve({ '*': reply(body) });
    const result = await ran(['events', '-o', 'json', '--url', `${server.url}/model`]);
    expect(JSON.parse(result.stdout)).toMatchObject({ total: 0 });
    expect(result).toMatchObject({ code: 0, stderr: 'note: no events match\n' });
  });

  test('a warning beside data is reported, and the data is used', async () => {
    const data = { allocation: [], asset: [], counters: { AssetSetSaved: 3 } };
    const body = JSON.stringify({ code: 200, data, warning: 'the log is from a backup' });
    await using server = await serve({ '*': reply(body) });
    const result = await ran(['events', '-o', 'json', '--url', `${server.url}/model`]);
    expect(JSON.parse(result.stdout).counters).toEqual({ AssetSetSaved: 3 });
    expect(result.stderr).toContain(
      'warning: the server says about /etl/log: the log is from a backup\n',
    );
    expect(result.code).toBe(0);
  });
});
