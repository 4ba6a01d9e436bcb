import type { Audit } from '../audits/schema.ts';

/**
 * The end of the newest day whose audits found nothing wrong, in milliseconds since 1970: at least one
 * audit passed and none failed. Null where there is none.
 */
export function newestGoodDay(audits: readonly Audit[]): number | null {
  const days = new Map<string, { passed: boolean; failed: boolean }>();
  for (const { window, status } of audits) {
    const day = days.get(window.end) ?? { passed: false, failed: false };
    days.set(window.end, {
      passed: day.passed || status === 'Passed',
      failed: day.failed || status === 'Failed',
    });
  }
  const good = [...days].filter(([, { passed, failed }]) => passed && !failed);
  const ends = good.map(([end]) => Date.parse(end));
  return ends.length > 0 ? Math.max(...ends) : null;
}
