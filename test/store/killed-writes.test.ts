import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AuditStore } from '../../src/store/audit-store.ts';
import { diskFiles, temporaryName } from '../../src/store/disk.ts';
import { markerName } from '../../src/store/marker.ts';
import {
  type StoredReconciliation,
  storedReconciliationSchema,
} from '../../src/store/reconciliation.ts';
import type { ShardPlan } from '../../src/store/shard.ts';
import { type Folder, folder } from '../support/folder.ts';
import { storedDay } from './support/days.ts';
import { interruptedFiles, Killed } from './support/interrupted-files.ts';

const { server, options, window } = storedDay(0);

const plan: ShardPlan = {
  ...{ schemaVersion: 1, kind: 'ShardPlan', url: null, options, count: 2 },
  server: { product: server.product, clusterId: server.clusterId, address: server.address },
  windows: [window.start],
};

function reconciliation(kcEtl: string): StoredReconciliation {
  return storedReconciliationSchema.parse({
    ...{ schemaVersion: 1, kind: 'Reconciliation', server, costMetric: 'amortizedNetCost' },
    ...{ window, kcEtl, reconciliationVersion: 1, storedAt: '2026-11-26T00:00:00Z' },
    days: [
      {
        ...{ window, cluster: 'c1', provider: 'AWS', state: 'reconciled', until: null },
        ...{ billed: { cost: 1, total: 1, share: 1 }, evidence: [] },
      },
    ],
  });
}

/** Everything a store writes, as the steps of one process; a first one made the same before. */
const steps: readonly ((store: AuditStore, kcEtl: string) => Promise<void>)[] = [
  (store, kcEtl) => store.write(storedDay(0, { kcEtl })),
  (store) => store.writePlan(plan),
  (store, kcEtl) => store.writeReconciliation(reconciliation(kcEtl)),
  (store) => store.removeReconciliation(reconciliation('')),
  (store, kcEtl) => store.writeReconciliation(reconciliation(kcEtl)),
];

async function open(temporary: Folder, killedAt = Number.POSITIVE_INFINITY): Promise<AuditStore> {
  const files = interruptedFiles(diskFiles(temporary.path), killedAt);
  return AuditStore.open(temporary.path, { files, temporaryName }, true);
}

/** Runs the steps until the process is killed. @returns how many of them ended */
async function work(temporary: Folder, kcEtl: string, killedAt?: number): Promise<number> {
  let ended = 0;
  try {
    const store = await open(temporary, killedAt);
    for (const step of steps) {
      await step(store, kcEtl);
      ended++;
    }
  } catch (error) {
    expect(error).toBeInstanceOf(Killed);
  }
  return ended;
}

/** Every file but those that a killed process was writing: they have names of their own. */
function namedFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('tmp-'))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('a process that is killed between any two file operations', { timeout: 60_000 }, () => {
  test.each([false, true])(
    'leaves whole files; in a store that has them before: %s',
    async (isOld) => {
      let killedAt = 0;
      for (let ended = 0; ended < steps.length; killedAt++) {
        using temporary = folder();
        if (isOld) await work(temporary, 'old');
        ended = await work(temporary, 'new', killedAt);
        for (const path of namedFiles(temporary.path)) {
          expect(() => JSON.parse(readFileSync(path, 'utf8'))).not.toThrow();
        }
        if (!existsSync(temporary.at(markerName))) continue;
        const store = await open(temporary);
        const [content, plans, known] = [
          await store.read(),
          await store.readPlans(),
          await store.readReconciliations(),
        ];
        expect([content.damaged, plans.damaged, known.damaged]).toEqual([[], [], []]);
        if (isOld || ended > 0) expect(content.days).toHaveLength(1);
        if (ended > 0) expect(content.days[0]?.kcEtl).toBe('new');
        if (isOld || ended > 1) expect(plans.plans).toEqual([plan]);
        if ((isOld && ended < 3) || ended === 3 || ended > 4) expect(known.days).toHaveLength(1);
        // the next process does what is left
        expect(await work(temporary, 'next')).toBe(steps.length);
        expect((await store.read()).days[0]?.kcEtl).toBe('next');
        expect((await store.readReconciliations()).days[0]?.kcEtl).toBe('next');
      }
      expect(killedAt).toBeGreaterThan(12);
    },
  );
});
