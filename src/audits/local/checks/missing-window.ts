import type { CostRequest } from '../../../costs/requests.ts';
import { windowOf } from '../../../time.ts';
import type { Audit } from '../../schema.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditWindow } from '../audit-window.ts';
import { Comparison } from '../comparison.ts';

/** The answers that show whether a window has data. */
const signs = ['allocations by cluster', 'assets'] as const satisfies readonly CostRequest[];

/** What the windows beside it show is judged with them: see {@link missingWindows}. */
export const checkMissingWindow: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  requires: () => signs,
};

/** Whether a window beyond the ones under audit has data; null where that was not asked. */
export interface Neighbours {
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** Whether a window has nothing in one of its stores, so that its neighbours matter. */
export function hasEmptyStore(day: AuditWindow): boolean {
  return signs.some((sign) => isEmpty(day.answerTo(sign)));
}

function isEmpty(answer: ReturnType<AuditWindow['answerTo']>): boolean {
  return answer === 'none' || answer === 'empty';
}

/** CheckMissingWindow of every window: one without data, between windows with data, is a finding. */
export function missingWindows(
  days: readonly AuditWindow[],
  beyond: Neighbours,
  lastRun: string,
): Audit[] {
  const data = days.map(hasData);
  return days.map((day, i) => {
    const young = day.missingWindowSkipped;
    if (young !== null) return day.skipped('CheckMissingWindow', young, lastRun);
    const comparison = new Comparison(null);
    const reasons = signs.filter((sign) => typeof day.answerTo(sign) !== 'string');
    for (const sign of reasons) comparison.unknown(day.lack(sign) ?? sign);
    if (reasons.length === 0 && hasEmptyStore(day)) {
      const before = data.slice(0, i).includes(true) ? true : beyond.before;
      const after = data.slice(i + 1).includes(true) ? true : beyond.after;
      if (before && after) lacking(day, comparison);
      else {
        const where = before === false ? 'before' : after === false ? 'after' : 'around';
        comparison.unknown(`no data in this window, and none known ${where} it`);
      }
    }
    return comparison.audit(windowOf(day.window), 'CheckMissingWindow', lastRun, 'Failed');
  });
}

function lacking(day: AuditWindow, comparison: Comparison): void {
  const { start, end } = windowOf(day.window);
  const causes = signs
    .filter((sign) => isEmpty(day.answerTo(sign)))
    .map((sign) => {
      const store = sign === 'assets' ? 'assets' : 'allocations';
      const none = day.answerTo(sign) === 'none';
      return {
        code: none ? 'no-set' : 'empty-set',
        amount: null,
        detail: `${none ? 'no set of' : 'an empty set of'} ${store}, between windows with data`,
      };
    });
  comparison.differ([`${start},${end}`], null, null, causes);
}

/** Whether both stores have something in a window. */
export function hasData(day: AuditWindow): boolean {
  return signs.every((sign) => day.answerTo(sign) === 'rows');
}
