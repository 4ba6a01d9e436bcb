import { expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { head, serveRaw } from '../support/raw-server.ts';
import { reply, serve } from '../support/server.ts';

/** The page of openNDS (openNDS/openNDS#137), whose form looks like a login of the server. */
const page =
  '<!DOCTYPE html>\n<html><head><title>Network Authentication Required</title></head><body>' +
  '<form action="http://status.client/login"><input type="password"> Portal Login</form></body></html>';

const hint = 'hint: open any http:// page in a browser on this machine, log in to the network,';

test('511: the network wants a login, not the server', async () => {
  await using server = await serve({ '*': reply(page, 'text/html', 511) });
  const deps = testDeps();
  const { code, stdout, stderr } = await ran(['events', '--url', `${server.url}/model`], deps);
  expect(stdout).toBe('');
  expect(stderr).toContain(
    `error: ${server.url}/model/etl/log was not reached: this network requires a login (511): ` +
      `"Network Authentication Required"\n${hint}`,
  );
  expect(stderr).not.toContain('KC_ETL_TOKEN');
  expect({ code, requests: server.requests.length }).toEqual({ code: 3, requests: 1 });
});

test('doctor: the address is not reached, and the same command is the next step', async () => {
  await using server = await serve({ '*': reply(page, 'text/html', 511) });
  const { code, stdout } = await ran(['doctor', '-o', 'json', '--url', server.url]);
  const { steps } = JSON.parse(stdout) as { steps: { step: string; status: string }[] };
  expect(code).toBe(3);
  expect(steps.filter(({ status }) => status === 'failed')).toEqual([
    expect.objectContaining({ step: 'address', command: `kc-etl doctor --url ${server.url}` }),
  ]);
});

test('a proxy that answers CONNECT with 511', async () => {
  await using proxy = await serveRaw((socket) =>
    socket.end(`${head('511 Network Authentication Required', { 'content-length': 0 })}`),
  );
  const deps = testDeps({ env: { HTTPS_PROXY: proxy.url } });
  const argv = ['events', '--url', 'https://kubecost.example.com', '--retries', '0'];
  const { code, stderr } = await ran(argv, deps);
  expect(stderr).toContain(
    `the proxy refused a connection to https://kubecost.example.com (511)\n${hint}`,
  );
  expect(code).toBe(3);
});
