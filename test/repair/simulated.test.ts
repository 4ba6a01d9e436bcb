import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DayEvidence, RepairTarget } from '../../src/repair/evidence.ts';
import { planRepair, retentionReserve } from '../../src/repair/plan.ts';
import { runRepair } from '../../src/repair/run.ts';
import type { RepairStep } from '../../src/repair/schema.ts';
import { hour, minute } from '../../src/time.ts';
import {
  now,
  type SimulatedDay,
  SimulatedServer,
  type SimulatedWorld,
  spanOf,
  type Trouble,
  wholeRows,
} from './support/server.ts';

const runs = Number(process.env['KC_ETL_FUZZ_RUNS'] ?? 300);
const timeout = 10 * 60_000;

const rows = fc.constantFrom(0, 40, wholeRows);
const simulatedDay: fc.Arbitrary<SimulatedDay> = fc.record({
  age: fc.integer({ min: 0, max: 6 }),
  stored: fc.record({ asset: rows, allocation: rows }),
  lostHours: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 24 }) },
  ),
  trouble: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Trouble>('none') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Trouble>(
        'fails',
        'restart',
        'rejected',
        'answer-lost',
        'request-lost',
      ),
    },
  ),
  isRepairing: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

const world: fc.Arbitrary<SimulatedWorld> = fc.record({
  days: fc.uniqueArray(simulatedDay, { selector: ({ age }) => age, minLength: 1, maxLength: 4 }),
  // half hours: no deadline falls on the time of the plan
  retention: fc.integer({ min: 20, max: 160 }).map((hours) => hours + 0.5),
  hasLog: fc.boolean(),
});

const stores = ['asset', 'allocation'] as const;

function targetsOf({ days }: SimulatedWorld): RepairTarget[] {
  return days.flatMap(({ age }) =>
    stores.map((store) => ({
      day: spanOf(age),
      store,
      reason: 'the set is incomplete',
      excess: { rows: 0, cost: 0 },
    })),
  );
}

async function planned(server: SimulatedServer, one: SimulatedWorld) {
  const targets = targetsOf(one);
  const evidence = new Map<number, DayEvidence>();
  for (const { day } of targets) evidence.set(day.start, await server.evidence(day));
  const steps = planRepair(targets, evidence, await server.server());
  const byOrder = new Map(
    steps.map((step) => {
      const start = Date.parse(step.window.start);
      const target = targets.find(({ day, store }) => day.start === start && store === step.store);
      if (!target) throw new Error('a step without a target');
      return [step.order, target];
    }),
  );
  return { steps, byOrder };
}

/** Whether a rebuild of the day gives the whole set. */
function isRebuildable({ age, lostHours, isRepairing }: SimulatedDay, one: SimulatedWorld) {
  const { start, end } = spanOf(age);
  const isHeld = now <= start + one.retention * hour - retentionReserve;
  return end <= now && isHeld && lostHours === 0 && !isRepairing;
}

test(
  'no set is emptied or shrunk, what is beyond retention is refused, what can be repaired is',
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        const server = new SimulatedServer(one);
        const before = new Map(server.sets);
        const { steps, byOrder } = await planned(server, one);
        const changed: RepairStep['state'][] = [];
        const end = await runRepair(steps, byOrder, {
          source: server,
          now: () => server.time,
          async sleep(ms) {
            server.time += ms;
          },
          waitTimeout: 5 * minute,
          confirm: async () => true,
          async changed({ state }) {
            changed.push(state);
          },
        });
        for (const [set, stored] of server.sets) {
          expect({ set, stored: Math.max(stored, before.get(set) ?? 0) }).toEqual({ set, stored });
        }
        let isStopped = false;
        for (const step of steps) {
          const given = one.days.find(
            ({ age }) => spanOf(age).start === Date.parse(step.window.start),
          );
          if (!given) throw new Error('a step of no day');
          const key = `${step.store} ${spanOf(given.age).start}`;
          const isSent = server.sent.some(
            ({ store, start }) => store === step.store && start === spanOf(given.age).start,
          );
          if (!isRebuildable(given, one)) {
            if (!isStopped) expect(step.state).toBe('refused');
            expect(isSent).toBe(false);
          } else if (isStopped) expect(isSent).toBe(false);
          else if (given.trouble === 'none' || given.trouble === 'answer-lost') {
            expect([step.state, server.sets.get(key)]).toEqual(['done', wholeRows]);
          } else {
            // without a log a set that was whole before looks the same after a lost request
            const isUnseen = !one.hasLog && given.trouble === 'request-lost';
            if (isUnseen && (before.get(key) ?? 0) > 0) expect(step.state).toBe('done');
            else {
              const isLost = given.trouble === 'request-lost' && one.hasLog;
              expect([step.state, end]).toEqual(
                isLost ? ['sent', 'timeout'] : ['failed', 'failed'],
              );
              isStopped = true;
            }
          }
        }
        const keys = server.sent.map(({ store, start }) => `${store} ${start}`);
        expect(new Set(keys).size).toBe(keys.length);
        if (!isStopped) expect(end).toBe('done');
      }),
      { numRuns: runs },
    );
  },
  timeout,
);
