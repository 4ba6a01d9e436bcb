import { expect, test } from 'vitest';
import type { DayEvidence, RepairTarget } from '../../src/repair/evidence.ts';
import { planRepair } from '../../src/repair/plan.ts';
import { runRepair } from '../../src/repair/run.ts';
import type { StoredTotals } from '../../src/repair/schema.ts';
import type { RepairStore } from '../../src/repair/stores.ts';
import { minute, type Span, second } from '../../src/time.ts';
import { SimulatedServer, spanOf, wholeRows } from './support/server.ts';

/** A server whose rebuilt asset sets are smaller than the samples promised. */
class ShrinkingServer extends SimulatedServer {
  readonly #rebuilt: StoredTotals;

  constructor(rebuilt: StoredTotals) {
    const whole = { asset: wholeRows, allocation: wholeRows };
    const day = { age: 2, stored: whole, lostHours: 0, isRepairing: false } as const;
    super({ days: [{ ...day, trouble: 'none' }], retention: 160.5, hasLog: true });
    this.#rebuilt = rebuilt;
  }

  override async stored(store: RepairStore, span: Span) {
    return this.sent.length > 0 && store === 'asset'
      ? { value: this.#rebuilt }
      : super.stored(store, span);
  }
}

test.each([
  ['rows', { rows: 97, cost: 50 }, 'the set shrank from 100 to 97 rows'],
  ['cost', { rows: 100, cost: 48.5 }, 'the cost of the set shrank from 50.00 to 48.50'],
  ['everything', { rows: 0, cost: 0 }, 'the rebuilt set is empty'],
])('a set that lost %s stops the run, which names the file to restore', async (_, after, loss) => {
  const server = new ShrinkingServer(after);
  const day = spanOf(2);
  const targets = (['asset', 'allocation'] as const).map(
    (store): RepairTarget => ({
      ...{ day, store, reason: 'requested' },
      excess: { rows: 0, cost: 0 },
    }),
  );
  const evidence = new Map<number, DayEvidence>([[day.start, await server.evidence(day)]]);
  const steps = planRepair(targets, evidence, await server.server());
  expect(steps.map(({ state }) => state)).toEqual(['planned', 'planned']);
  const end = await runRepair(steps, new Map(targets.map((one, at) => [at + 1, one])), {
    ...{ source: server, now: () => server.time, waitTimeout: 5 * minute },
    async sleep(ms) {
      server.time += ms;
    },
    confirm: async () => true,
    changed: async () => {},
  });
  expect(end).toBe('failed');
  expect(steps[0]?.state).toBe('failed');
  expect(steps[0]?.reason).toContain(loss);
  expect(steps[0]?.reason).toContain(`restore assets/1d/${day.start / second} from the ETL backup`);
  // nothing is sent after it
  expect(server.sent).toHaveLength(1);
  expect(steps[1]?.state).toBe('planned');
});
