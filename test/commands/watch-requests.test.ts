import { expect, test } from 'vitest';
import { countingClient } from '../../src/commands/watch/counting-client.ts';
import { KcEtlError } from '../../src/errors.ts';
import { createClient } from '../../src/kubecost/client.ts';
import { openDispatcher } from '../../src/kubecost/connection/dispatcher.ts';
import { stoppingBehindGateway } from '../../src/kubecost/gateway-stop.ts';
import { WatchStatus } from '../../src/watch/status.ts';
import { TestClock } from '../support/deps.ts';
import { reply, serve } from '../support/server.ts';

/** What a watch counts after requests for each of these paths, whose names are the statuses they get. */
async function counted(...paths: readonly string[]) {
  const handler = (status: number) => reply('{"code":200,"data":null}', 'application/json', status);
  const handlers = paths.map((path) => [path, handler(Number(path.slice(1)))] as const);
  await using server = await serve(Object.fromEntries(handlers));
  const clock = new TestClock();
  const dispatcher = await openDispatcher({ timeout: 10_000 });
  const client = createClient(
    {
      base: server.url,
      candidates: [server.url],
      credentials: { headers: async () => new Map(), confidential: false },
      timeout: 10_000,
      maxTime: 10_000,
      retries: 0,
    },
    {
      dispatcher: async () => dispatcher,
      clock,
      signal: new AbortController().signal,
      random: () => 1,
      log: () => {},
    },
  );
  const status = new WatchStatus(clock.now(), 1);
  const counting = countingClient(stoppingBehindGateway(client, clock), status, () => clock.now());
  for (const path of paths) {
    await counting
      .get(path, {}, async () => null)
      .catch((error: unknown) => expect(error).toBeInstanceOf(KcEtlError));
  }
  await dispatcher.close();
  return { ...status.requests, sent: server.requests.length };
}

test.each([
  [['/200', '/404', '/400'], { answered: 3, failed: 0, sent: 3 }],
  [['/401', '/403'], { answered: 0, failed: 2, sent: 2 }],
  [['/500', '/503', '/511'], { answered: 0, failed: 3, sent: 3 }],
  [['/200', '/524', '/404', '/200'], { answered: 1, failed: 1, sent: 2 }],
])('requests with the statuses %j count as %j', async (paths, counts) => {
  expect(await counted(...paths)).toEqual(counts);
});
