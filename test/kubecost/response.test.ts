import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Ran, ran } from '../support/deps.ts';
import { fixture } from '../support/fixtures.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { reply, serve } from '../support/server.ts';

type Handler = ReturnType<typeof reply>;

/** What `kc-etl` makes of one answer of the endpoint, under an address that ends in /model. */
async function runAgainst(handler: Handler, ...argv: string[]): Promise<Ran> {
  await using server = await serve({ '/model/etl/log': handler, '/model/etl/audit': handler });
  const command = argv.length > 0 ? argv : ['events', '-o', 'json'];
  const result = await ran([...command, '--url', `${server.url}/model`, '--retries', '0']);
  return { ...result, stderr: result.stderr.replaceAll(server.url, 'SERVER') };
}

const where = 'SERVER/model/etl/log';

function expectError({ code, stdout, stderr }: Ran, line: string, exitCode = 3): void {
  expect(stderr.split('\n')[0]).toBe(`error: ${line}`);
  expect(stderr.split('\n')[1]).toMatch(/^hint: .+/);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  expect(stdout).toBe('');
  expect(code).toBe(exitCode);
}

describe('an answer that is data', () => {
  const log = fixture('etl-log.json');

  test.each<[string, Handler]>([
    ['plain', reply(log)],
    ['labelled as text', reply(log, 'text/plain')],
    ['without a type', (_, response) => void response.writeHead(200).end(log)],
    ['after a blank line', reply(`\n \t${log}`)],
    ['after a byte order mark', reply(`\ufeff${log}`)],
    ['in small chunks', (_, response) => void inChunks(response, Buffer.from(log), 7)],
    ['gzip', encoded('gzip', gzipSync(log))],
    ['x-gzip', encoded('x-gzip', gzipSync(log))],
    ['deflate', encoded('deflate', deflateSync(log))],
    ['br', encoded('br', brotliCompressSync(log))],
    ['identity', encoded('identity', Buffer.from(log))],
  ])('%s', async (_, handler) => {
    const { code, stdout, stderr } = await runAgainst(handler);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).total).toBe(6);
  });
});

function encoded(encoding: string, body: Buffer): Handler {
  return (_, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  };
}

function inChunks(response: Parameters<Handler>[1], body: Buffer, size: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  for (let at = 0; at < body.length; at += size) response.write(body.subarray(at, at + size));
  response.end();
}

describe('no data is an empty result with a note', () => {
  test.each(['[]', '[{}]', '[null]', 'null', '{}'])('events: %s', async (data) => {
    const { code, stdout, stderr } = await runAgainst(reply(`{"code":200,"data":${data}}`));
    expect(JSON.parse(stdout)).toMatchObject({ events: [], counters: {}, total: 0 });
    expect(stderr).toBe('note: no events match\n');
    expect(code).toBe(0);
  });

  test.each(['[]', '[{}]', '[null]', 'null'])('audits: %s', async (data) => {
    const answer = reply(`{"code":200,"data":${data}}`);
    const { code, stdout, stderr } = await runAgainst(answer, 'audit', 'list', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ audits: [], gate: null });
    expect(stderr).toMatch(/^note: the server has no AuditSet for this window/);
    expect(code).toBe(0);
  });

  test('a gate has no audits to evaluate then', async () => {
    const answer = reply('{"code":200,"data":[]}');
    const { code, stderr } = await runAgainst(answer, 'audit', 'list', '--fail-on', 'failed');
    expect(code).toBe(3);
    expect(stderr).toContain('no audits to evaluate');
  });
});

describe('an error in the envelope under status 200', () => {
  test('code 500', async () => {
    const body = '{"code":500,"data":null,"message":"Error: no\\n\\tdata"}';
    expectError(await runAgainst(reply(body)), `${where} returned error 500: Error: no data`);
  });

  test('code 500 without data and message', async () => {
    expectError(await runAgainst(reply('{"code":500}')), `${where} returned error 500`);
  });

  test('code 400 after the data', async () => {
    const body = '{"data":{"allocation":[],"asset":[],"counters":{}},"code":400,"message":"bad"}';
    expectError(await runAgainst(reply(body)), `${where} returned error 400: bad`);
  });

  test('code 401 is about credentials', async () => {
    const body = '{"code":401,"data":null,"message":"who?"}';
    expectError(await runAgainst(reply(body)), `${where} returned error 401: who?`, 4);
  });

  test('a status that says error, without a code', async () => {
    const body = '{"status":"error","data":null,"message":"store is closed"}';
    expectError(await runAgainst(reply(body)), `${where} returned an error: store is closed`);
  });

  test('the audits read it too', async () => {
    const answer = reply('{"code":500,"data":[],"message":"boom"}');
    const result = await runAgainst(answer, 'audit', 'list');
    expectError(result, 'SERVER/model/etl/audit returned error 500: boom');
  });
});

describe('an error under its own status', () => {
  test('400 in plain text', async () => {
    const body = "Invalid 'window' parameter: illegal window: 7x\n";
    expectError(
      await runAgainst(reply(body, 'application/json', 400)),
      `${where} returned 400: Invalid 'window' parameter: illegal window: 7x`,
    );
  });

  test('400 in plain text with JSON after it', async () => {
    const body = `Invalid 'window' parameter: illegal window: 7x\n{"code":200,"data":[{}]}`;
    expectError(
      await runAgainst(reply(body, 'application/json', 400)),
      `${where} returned 400: Invalid 'window' parameter: illegal window: 7x`,
    );
  });

  test('the same text under 200 is no data either', async () => {
    const body = `Invalid 'window' parameter: illegal window: 7x\n{"code":200,"data":[{}]}`;
    const result = await runAgainst(reply(body, 'application/json'));
    expect(result.stderr).toContain(`returned "Invalid 'window' parameter: illegal window: 7x`);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test('500 with an envelope', async () => {
    const body = '{"code":500,"data":null,"message":"unknown field controller"}';
    expectError(
      await runAgainst(reply(body, 'application/json', 500)),
      `${where} returned 500: unknown field controller`,
    );
  });

  test('401', async () => {
    const result = await runAgainst(reply('Unauthorized', 'text/plain', 401));
    expectError(result, `${where} returned 401 (authentication required): Unauthorized`, 4);
    expect(result.stderr).toContain('KC_ETL_TOKEN');
  });

  test('403', async () => {
    const result = await runAgainst(reply('', 'text/plain', 403));
    expectError(result, `${where} returned 403 (not allowed)`, 4);
  });

  test.each([
    [502, 'Bad Gateway', 'is the pod running?'],
    [504, 'Gateway Time-out', 'ask for a smaller --window'],
  ])('%i as a page of nginx', async (status, title, hint) => {
    const page = `<html><head><title>${status} ${title}</title></head><body>nginx</body></html>`;
    const result = await runAgainst(reply(page, 'text/html', status));
    expectError(result, `${where} returned ${status}: "${status} ${title}"`);
    expect(result.stderr).toContain(hint);
    expect(result.stderr).not.toContain('<');
  });

  test('501 of a front end without that endpoint', async () => {
    const page = '<b>Aggregator does not support this endpoint.</b>';
    const result = await runAgainst(reply(page, 'text/html', 501));
    expectError(result, 'SERVER/model keeps no event log: Kubecost 3 and OpenCost have none');
    expect(result.stderr).toContain('events coverage');
  });

  test('404 page not found', async () => {
    const result = await runAgainst(reply('404 page not found\n', 'text/plain', 404), 'audit');
    expectError(
      result,
      'SERVER/model has no Audit API: Kubecost has it up to 1.105, OpenCost never had it',
    );
    expect(result.stderr).toContain('kc-etl audit run --window');
  });

  test('an empty body', async () => {
    expectError(await runAgainst(reply('', 'text/plain', 418)), `${where} returned 418`);
  });
});

describe('a page instead of data, under status 200', () => {
  test('the index page of the front end', async () => {
    const page = '<!doctype html><html><head><title>Kubecost</title></head></html>';
    const result = await runAgainst(reply(page, 'text/html'));
    expectError(result, `${where} returned a web page ("Kubecost") instead of data`);
    expect(result.stderr).toContain('/model');
  });

  test('a login page', async () => {
    const page = '<html><form action="/login"><input type="password"></form></html>';
    const result = await runAgainst(reply(page, 'text/html'));
    expectError(result, `${where} returned a login page instead of data`);
    expect(result.stderr).toContain('KC_ETL_TOKEN');
  });

  test('a page that says it is JSON', async () => {
    const result = await runAgainst(reply('  <html><title>x</title></html>', 'application/json'));
    expectError(result, `${where} returned a web page ("x") instead of data`);
  });

  test('a title with terminal codes is cleaned', async () => {
    const page = '<title>\u001b[31mred\u0007</title>';
    const { stderr } = await runAgainst(reply(page, 'text/html'));
    expect(stderr).toContain('("[31mred")');
  });

  test.each([
    ['nothing', '', 'nothing'],
    ['white space', ' \n\n', 'nothing'],
    ['healthy', 'healthy\n', '"healthy"'],
    ['a JSON text', '"Repairing"', '""Repairing""'],
    ['null', 'null', '"null"'],
  ])('%s', async (_, body, said) => {
    const result = await runAgainst(reply(body, 'text/plain'));
    expectError(result, `${where} returned ${said} instead of JSON`);
  });

  test('204', async () => {
    const result = await runAgainst((_, response) => void response.writeHead(204).end());
    expectError(result, `${where} returned nothing instead of JSON`);
  });
});

describe('broken JSON names the place', () => {
  test('a name that was not escaped', async () => {
    const body = '{"code":200,"data":{"allocation":[{"kind":"Allo"cation"}]}}';
    const result = await runAgainst(reply(body));
    expect(result.stderr).toMatch(/invalid JSON at byte 48: expected ',' or '}' near ".*cation/);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test('in the audits', async () => {
    const body = '{"code":200,"data":[{"clusterEquality":{"Clusters":{"a"b":1}}}]}';
    const result = await runAgainst(reply(body), 'audit');
    expect(result.stderr).toMatch(/invalid JSON at byte 55: expected ':' near/);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test('something after the end', async () => {
    const result = await runAgainst(reply('{"code":200,"data":null} {}'));
    expect(result.stderr).toContain('invalid JSON at byte 25: expected nothing more near');
    expect(result.code).toBe(3);
  });

  test('NaN', async () => {
    const result = await runAgainst(
      reply('{"code":200,"data":{"counters":{"AssetSetSaved":NaN}}}'),
    );
    expect(result.stderr).toMatch(/invalid JSON at byte 48/);
    expect(result.code).toBe(3);
  });
});

describe('a truncated answer is no data', () => {
  const log = fixture('etl-log.json');
  const cut = log.slice(0, Math.floor(log.length / 2));

  test.each<[string, string, string]>([
    [
      'shorter than it said',
      head('200 OK', { 'content-type': 'application/json', 'content-length': log.length }) + cut,
      'ended before the response was complete',
    ],
    [
      'ended by the end of the connection',
      head('200 OK', { 'content-type': 'application/json', connection: 'close' }) + cut,
      `ends after ${cut.length} bytes`,
    ],
    [
      'in the middle of its chunks',
      `${head('200 OK', { 'transfer-encoding': 'chunked' })}${cut.length.toString(16)}\r\n${cut}\r\n`,
      'ended before the response was complete',
    ],
    ['before its head', 'HTTP/1.1 200 OK\r\nContent-', 'ended before the response was complete'],
  ])('%s', async (_, answer, said) => {
    await using server = await serveRaw((socket) => socket.end(answer));
    for (const command of [['events'], ['events', '-o', 'ndjson'], ['events', '-o', 'json']]) {
      const result = await ran([...command, '--url', `${server.url}/model`, '--retries', '0']);
      expect(result.stderr).toContain(said);
      expect(result).toMatchObject({ code: 3, stdout: '' });
    }
  });

  test('complete JSON in a body that is cut is not trusted', async () => {
    const whole = fixture('etl-audit.json');
    await using server = await serveRaw((socket) =>
      socket.end(head('200 OK', { 'content-length': whole.length + 10 }) + whole),
    );
    const result = await ran(['audit', '--url', `${server.url}/model`, '--retries', '0']);
    expect(result.stderr).toContain('ended before the response was complete');
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test('a gzip stream that ends early', async () => {
    const packed = gzipSync(log);
    const result = await runAgainst(encoded('gzip', packed.subarray(0, packed.length - 20)));
    expect(result.stderr).toMatch(/^error: the connection to SERVER ended before/);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test('what is no gzip at all', async () => {
    const result = await runAgainst(encoded('gzip', Buffer.from(log)));
    expect(result.stderr).toMatch(/^error: SERVER sent a body that is not in the content encoding/);
    expect(result.code).toBe(3);
  });

  test('an encoding nobody knows', async () => {
    const result = await runAgainst(encoded('zopfli', Buffer.from(log)));
    expect(result.stderr).toContain("returned a body in the content encoding 'zopfli'");
    expect(result.code).toBe(3);
  });
});

describe('a wrong shape names the field and what was expected', () => {
  test.each([
    ['{"allocation":[{"kind":7}]}', 'data.allocation[0].kind: expected a string, got 7'],
    [
      '{"asset":[{"kind":"A","time":"2022-06-03T17:07:54Z"},{"kind":"B","time":"now"}]}',
      'data.asset[1].time: expected an RFC 3339 time, got "now"',
    ],
    ['{"asset":{"kind":"A"}}', 'data.asset: expected a list of events, got an object'],
    ['{"counters":{"A.b":"8"}}', 'data.counters["A.b"]: expected a number, got "8"'],
    ['[1]', 'data: expected an object with allocation, asset and counters, got an array'],
    ['{"sets":[]}', 'data: expected an object with allocation, asset and counters'],
    ['"Repairing"', 'data: expected an object with allocation, asset and counters'],
  ])('events: %s', async (data, said) => {
    const result = await runAgainst(reply(`{"code":200,"data":${data}}`));
    expect(result.stderr).toContain(`error: ${where}: ${said}`);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test.each([
    ['{}', 'data: Invalid input: expected array, received object'],
    ['[{"clusterEquality":null}]', 'data[0].window: expected an object, received nothing'],
    [
      '[{"window":{"start":"a","end":"b"},"clusterEquality":{"Clusters":{"c.1":{"Expected":"9"}}}}]',
      'data[0].clusterEquality.Clusters["c.1"].Expected: Invalid input: expected number',
    ],
    [
      '[{"window":{"start":"a","end":"b"},"clusterEquality":{"Clusters":{"c":{"Expected":9}}}}]',
      'data[0].clusterEquality.Clusters.c.Actual: expected a number, received nothing',
    ],
  ])('audits: %s', async (data, said) => {
    const result = await runAgainst(reply(`{"code":200,"data":${data}}`), 'audit');
    expect(result.stderr).toContain(said);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });

  test.each([
    ['[]', 'the response: expected an object with code and data, got an array'],
    ['{"hello":"world"}', 'returned JSON without code and data'],
    ['{"code":"200","data":null}', 'code: expected a number, got "200"'],
  ])('the envelope: %s', async (body, said) => {
    const result = await runAgainst(reply(body));
    expect(result.stderr).toContain(said);
    expect(result).toMatchObject({ code: 3, stdout: '' });
  });
});
