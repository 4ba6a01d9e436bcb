import { expect, test } from 'vitest';
import { codeInfo, codeNames } from '../../../src/diagnosis/codes.ts';
import { actionsOf } from '../../../src/diagnosis/next-steps.ts';
import { stepFields } from '../../../src/output/findings/steps.ts';
import { day, hour, windowOf } from '../../../src/time.ts';
import { context, window } from '../../support/evidence.ts';

const confirm = [{ text: 'Read the volume.', command: 'kubectl get pv pvc-1' }];

/** Labels and commands of the steps of a lost disk, some hours after the start of its day. */
function shown(hours: number, full: boolean) {
  const now = Date.parse(window().start) + hours * hour;
  const of = { code: 'disk-without-asset', variant: null } as const;
  const known = { product: 'kubecost-2', now, retention: 97 * hour } as const;
  const actions = actionsOf(of, [window()], { values: {}, context: context(known) });
  const finding = { confirm, actions } as Parameters<typeof stepFields>[0]; // all that it reads
  return stepFields(finding, full);
}

test('a repair is shown with its deadline while the metrics are there', () => {
  const repair = shown(80, false).find(({ label }) => label === 'repair');
  expect(repair?.commands).toHaveLength(2);
  expect(repair?.texts.join()).toMatch(/before .* UTC; later they would empty the set/);
});

test.each([false, true])('afterwards it is refused with the reason, wide: %s', (full) => {
  const steps = shown(92, full);
  expect(steps.map(({ label }) => label)).toEqual(
    full ? ['next', 'fix', 'repair'] : ['next', 'fix', 'repair'],
  );
  expect(steps.at(-1)?.texts.join()).toMatch(
    /^Do not repair .* drops the start of the day within hours, so a repair could empty the set/,
  );
  expect(steps.at(-1)?.commands ?? []).toEqual([]);
});

test.each(codeNames)('%s: nothing tells to rebuild a window that must not be repaired', (code) => {
  const { variants, repair } = codeInfo(code);
  if (repair.every((store) => store === 'cloudCost')) return;
  const windows = [0, 1].map((days) => windowOf({ start: day * days, end: day * (days + 1) }));
  const now = 92 * hour; // the second window can still be rebuilt
  for (const variant of [null, ...Object.keys(variants)]) {
    for (const product of ['kubecost-1', 'kubecost-2'] as const) {
      const known = context({ product, now, retention: 97 * hour });
      const advice = (of: readonly (typeof windows)[number][]) =>
        actionsOf({ code, variant }, of, { values: {}, context: known })
          .filter(({ request }) => request === null)
          .map(({ text }) => text);
      expect(advice(windows).join()).toMatch(/Do not repair 1970-01-01:/);
      expect(advice(windows).join()).not.toMatch(/\brebuild\b/i);
      expect(advice(windows.slice(1)).join()).not.toMatch(/Do not repair/);
    }
  }
});
