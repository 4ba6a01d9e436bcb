import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { demoDefaults, startDemo } from '../../src/demo/server.ts';
import { UsageError } from '../../src/errors.ts';
import { stoppedClock } from './support/in-process.ts';
import { serve } from './support/over-http.ts';

const day = 'window=2026-03-10T00:00:00Z,2026-03-11T00:00:00Z';

describe('startDemo', () => {
  test('says what is simulated and what is broken', async () => {
    await using server = await serve({ faults: ['price-drift=5%', 'slow=10ms'] }, stoppedClock());
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.describe()).toMatchObject({
      clusters: [
        { id: 'cluster-one', provider: 'AWS', nodes: 4 },
        { id: 'cluster-two', provider: 'GCP', nodes: 4 },
        { id: 'cluster-three', provider: 'Azure', nodes: 4 },
      ],
      pods: demoDefaults.pods,
      variant: 'kubecost-1.105',
      faults: [
        {
          name: 'price-drift',
          text: expect.stringMatching(/: cluster-one\/ip-[^,]+, 5%, on 2026-03-11$/),
        },
        { name: 'slow', text: 'every response is delayed: 10ms' },
      ],
    });
  });

  test('a taken port is a clear error', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const refused = startDemo({ port }, { clock: stoppedClock() });
    await expect(refused).rejects.toMatchObject({
      message: `port ${port} is already taken`,
      hint: expect.stringContaining('--port 0'),
      exitCode: 2,
    });
    other.close();
  });

  test.each([
    { nodes: 2 },
    { pods: 3 },
    { days: 0 },
    { seed: 0.5 },
    { speed: 0 },
    { retention: -1 },
  ])('refuses %o', async (options) => {
    await expect(startDemo({ port: 0, ...options }, { clock: stoppedClock() })).rejects.toThrow(
      UsageError,
    );
  });

  test('the same seed and time give the same bytes, in any order of questions', async () => {
    const paths = [
      `/model/allocation?${day}`,
      `/model/assets?${day}`,
      '/model/etl/log',
      '/model/etl/audit',
      `/model/cloudCost?${day}`,
    ];
    const read = async (order: string[]) => {
      await using server = await serve({ seed: 5 }, stoppedClock());
      const bodies = new Map<string, string>();
      for (const path of order)
        bodies.set(path, await (await fetch(`${server.url}${path}`)).text());
      return bodies;
    };
    const there = await read(paths);
    const back = await read([...paths].reverse());
    for (const path of paths) expect(back.get(path)).toBe(there.get(path));
  });
});

describe('the HTTP side of faults', () => {
  const ask = async (fault: string, init: RequestInit = {}) => {
    await using server = await serve({ faults: [fault] }, stoppedClock());
    const answers: { status: number; type: string | null; text: string | null }[] = [];
    for (let n = 0; n < 20; n++) {
      const answer = await fetch(`${server.url}/model/clusterInfo`, init);
      const text = await answer.text().catch(() => null);
      answers.push({ status: answer.status, type: answer.headers.get('content-type'), text });
    }
    return answers;
  };
  const valid = (text: string | null) => {
    try {
      JSON.parse(text ?? '');
      return true;
    } catch {
      return false;
    }
  };

  test('flaky', async () => {
    const statuses = (await ask('flaky=50%')).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });

  test('html-502', async () => {
    const bad = (await ask('html-502=50%')).filter(({ status }) => status === 502);
    expect(bad.length).toBeGreaterThan(2);
    expect(bad[0]).toMatchObject({
      type: 'text/html',
      text: expect.stringContaining('502 Bad Gateway'),
    });
  });

  test('login: HTML under 200, unless there is a token', async () => {
    expect(
      (await ask('login')).every(
        ({ status, text }) => status === 200 && text?.startsWith('<!doctype html>'),
      ),
    ).toBe(true);
    const known = await ask('login', { headers: { authorization: 'Bearer x' } });
    expect(known.every(({ text }) => valid(text))).toBe(true);
  });

  test('bad-json', async () => {
    const answers = await ask('bad-json=50%');
    const broken = answers.filter(({ text }) => !valid(text));
    expect(broken.length).toBeGreaterThan(2);
    expect(broken.length).toBeLessThan(18);
    expect(broken.every(({ status }) => status === 200)).toBe(true);
  });

  test('cut', async () => {
    const answers = await ask('cut=50%');
    const cut = answers.filter(({ text }) => text === null);
    expect(cut.length).toBeGreaterThan(2);
    expect(cut.length).toBeLessThan(18);
  });

  test('slow', async () => {
    const clock = stoppedClock();
    const slept: number[] = [];
    clock.sleep = async (...args: number[]) => {
      slept.push(...args);
    };
    await using server = await serve({ faults: ['slow=3s'] }, clock);
    await fetch(`${server.url}/model/clusterInfo`);
    expect(slept).toEqual([3000]);
  });
});

test('a set of many rows is sent as it is made', async () => {
  await using server = await serve({ nodes: 30, pods: 60_000, days: 6 }, stoppedClock());
  const before = process.memoryUsage().rss;
  const response = await fetch(
    `${server.url}/model/allocation?${day}&idle=false&shareTenancyCosts=false`,
  );
  let bytes = 0;
  let peak = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    peak = Math.max(peak, process.memoryUsage().rss - before);
  }
  expect(bytes).toBeGreaterThan(100e6);
  expect(peak).toBeLessThan(200e6);
});
