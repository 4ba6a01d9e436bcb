import { z } from 'zod';
import { type Audit, auditSchema } from '../audits/schema.ts';
import { auditTypeNames } from '../audits/types.ts';
import type { Diagnosis } from './diagnose.ts';
import { isDetectable, withoutEpisode } from './episodes.ts';
import type { Finding } from './schema.ts';

const { window, type, status } = auditSchema.shape;

/** How findings and audits developed over the days of an AuditStore; a day that is not stored has no entry. */
export const trendSchema = z.object({
  schemaVersion: z.literal(1),
  findings: z
    .array(
      z.object({
        id: z.string().describe('code:object; all episodes of it'),
        days: z
          .array(
            z.object({
              window,
              amount: z
                .number()
                .nullable()
                .describe('above 0: too high; 0: evaluated and not found; null: found, not known'),
            }),
          )
          .describe('days of which it is known; a day that was not evaluated has no entry'),
      }),
    )
    .describe('worst first'),
  audits: z
    .array(z.object({ type, days: z.array(z.object({ window, status })) }))
    .describe("in order of the audits' table"),
});

export type TrendReport = z.infer<typeof trendSchema>;
export type TrendFinding = TrendReport['findings'][number];

/** A trend with what people want to know besides it. */
export interface Trend {
  readonly report: TrendReport;
  /** The newest episode of each finding of the report, in the same order; `first` is that of the oldest. */
  readonly findings: readonly Finding[];
  /** Windows that are stored, in order of time. */
  readonly windows: readonly Audit['window'][];
}

/** What each finding and audit was like on each stored day. */
export function trendOf({ audits, findings }: Pick<Diagnosis, 'audits' | 'findings'>): Trend {
  const byStart = new Map<string, Audit[]>();
  for (const audit of audits) {
    const own = byStart.get(audit.window.start);
    if (own) own.push(audit);
    else byStart.set(audit.window.start, [audit]);
  }
  const days = [...byStart.values()].sort((a, b) => startOf(a) - startOf(b));
  const groups = [...episodesById(findings).values()];
  const types = auditTypeNames.filter((one) => audits.some((audit) => audit.type === one));
  const ofType = types.map((one) => ({ type: one, days: [] as TrendReport['audits'][0]['days'] }));
  for (const day of days) {
    for (const entry of ofType) {
      const own = day.find((audit) => audit.type === entry.type);
      if (own) entry.days.push({ window: own.window, status: own.status });
    }
  }
  return {
    report: {
      schemaVersion: 1,
      findings: groups.map((group) => findingTrend(group, days)),
      audits: ofType,
    },
    findings: groups.flatMap(wholeFinding),
    windows: days.flatMap(([first]) => (first ? [first.window] : [])),
  };
}

function startOf([first]: readonly Audit[]): number {
  return Date.parse(first?.window.start ?? '');
}

function episodesById(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = withoutEpisode(finding.id);
    groups.set(id, [...(groups.get(id) ?? []), finding]);
  }
  return groups;
}

function findingTrend(episodes: readonly Finding[], days: readonly Audit[][]): TrendFinding {
  const [first] = episodes;
  const amounts = new Map<string, number | null>();
  for (const { start, amount } of episodes.flatMap(({ windows }) => windows)) {
    const known = amounts.get(start) ?? 0;
    amounts.set(start, amount === null || known === null ? null : known + amount);
  }
  const object = first?.object ?? first?.objects[0];
  return {
    id: withoutEpisode(first?.id ?? ''),
    days: days.flatMap((audits) => {
      const own = audits[0]?.window;
      if (own === undefined || first === undefined) return [];
      const amount = amounts.get(own.start);
      if (amount !== undefined) return [{ window: own, amount }];
      return isDetectable(audits, first.code, object?.details['audit'])
        ? [{ window: own, amount: 0 }]
        : [];
    }),
  };
}

/** The newest episode, which began when the oldest one did. */
function wholeFinding(episodes: readonly Finding[]): Finding[] {
  const sorted = [...episodes].sort((a, b) => (a.first < b.first ? -1 : 1));
  const [oldest, newest] = [sorted[0], sorted.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  return [{ ...newest, id: withoutEpisode(newest.id), first: oldest.first }];
}

/** A trend of some days: findings that have an amount on one of them, and all audits. */
export function trendWithin(trend: Trend, isShown: (window: Audit['window']) => boolean): Trend {
  const { report, findings, windows } = trend;
  const cut = <Day extends { readonly window: Audit['window'] }>(days: readonly Day[]) =>
    days.filter((day) => isShown(day.window));
  const shown = report.findings
    .map(({ id, days }, i) => ({ finding: findings[i], entry: { id, days: cut(days) } }))
    .filter(({ entry }) => entry.days.some(({ amount }) => amount !== 0));
  return {
    report: {
      ...report,
      findings: shown.map(({ entry }) => entry),
      audits: report.audits.map((one) => ({ type: one.type, days: cut(one.days) })),
    },
    findings: shown.flatMap(({ finding }) => finding ?? []),
    windows: windows.filter(isShown),
  };
}
