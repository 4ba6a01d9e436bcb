import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseFault } from '../../../src/demo/fault-option.ts';
import { startDemo } from '../../../src/demo/server.ts';
import { manifestName, manifestSchema } from '../../../src/kubecost/record/manifest.ts';
import { ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { replayed } from '../../support/recorded-audits.ts';

const now = Date.UTC(2026, 2, 14, 12, 20);
const [before, broken, after] = ['2026-03-07', '2026-03-08', '2026-03-09'];
const window = `${broken},${after}`;

const unseen = [
  { fault: 'samples-stop', days: [], status: 'Failed', code: 1 },
  { fault: 'samples-stop', days: [before], status: 'Skipped', code: 3 },
  { fault: 'samples-stop', days: [after], status: 'Skipped', code: 3 },
  { fault: 'samples-stop', days: [before, after], status: 'Skipped', code: 3 },
  { fault: 'empty', days: [], status: 'Failed', code: 1 },
  { fault: 'empty', days: [before], status: 'Skipped', code: 3 },
  { fault: 'empty', days: [before, after], status: 'Skipped', code: 3 },
] as const;

/** As versions did that asked for no neighbouring days: the recording has no responses of them. */
test.each(
  (['kubecost-1.105', 'kubecost-2', 'opencost'] as const).flatMap((as) =>
    unseen.map((one) => ({ as, ...one })),
  ),
)(
  '$as, $fault, of a recording without the days $days: CheckMissingWindow is $status',
  async ({ as, fault, days, status, code }) => {
    using directory = folder();
    const clock = { now: () => now, sleep: async () => {} };
    const faults = [parseFault(`${fault}=${broken}`)];
    const demo = await startDemo({ as, faults, days: 9, seed: 5, port: 0 }, { clock });
    try {
      const argv = ['audit', 'run', '--engine', 'local', '--url', demo.url, '--window', window];
      const deps = testDeps({ clock: new TestClock(now) });
      const live = await ran([...argv, '--record', directory.path], deps);
      expect(live.code).toBe(1);
    } finally {
      await demo.close();
    }
    const manifest = manifestSchema.parse(
      JSON.parse(readFileSync(directory.at(manifestName), 'utf8')),
    );
    const answers = manifest.answers.filter(
      ({ params }) => !days.some((day) => params['window']?.startsWith(day)),
    );
    writeFileSync(directory.at(manifestName), JSON.stringify({ ...manifest, answers }));
    const replay = await replayed(directory.path, { folder: '', window });
    const found = replay.audits.find(({ type }) => type === 'CheckMissingWindow');
    expect([found?.status, replay.code]).toEqual([status, code]);
    expect(found?.differences.length === 0).toBe(status === 'Skipped');
  },
);
