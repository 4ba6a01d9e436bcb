import type { Draft } from './draft.ts';
import type { Episode } from './episodes.ts';

/** Several objects with one cause, in the same windows. */
export interface Group {
  readonly id: string;
  readonly episodes: readonly Episode[];
}

/** Codes whose reason is the store's, and not a cluster's: folded over clusters and days. */
const storeWide: ReadonlySet<Draft['code']> = new Set([
  'allocations-not-reconciled',
  'refused-row-limit',
  'partial-day',
]);

/** Codes whose objects are days and responses: one finding, though their windows differ. */
const dayCodes: ReadonlySet<Draft['code']> = new Set([
  'missing-day',
  'empty-set',
  'no-data-day',
  'answer-failed',
]);

/** Puts objects with the same code, variant, reason and windows together. */
export function fold(episodes: readonly Episode[]): Group[] {
  const groups = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const key = foldKey(episode);
    groups.set(key, [...(groups.get(key) ?? []), episode]);
  }
  return numbered(
    [...groups.values()].map((members) => {
      const [first] = members;
      const draft = first?.occurrences[0]?.draft;
      if (!first || !draft || members.length === 1)
        return { id: first?.id ?? '', episodes: members };
      return { id: `${draft.code}:${scopeOf(draft)}`, episodes: members };
    }),
  );
}

/** Groups of one id in different windows have a number behind it, like further episodes. */
function numbered(groups: readonly Group[]): Group[] {
  const seen = new Map<string, number>();
  return groups.map(({ id, episodes }) => {
    const nth = (seen.get(id) ?? 0) + 1;
    seen.set(id, nth);
    return { id: nth === 1 ? id : `${id}#${nth}`, episodes };
  });
}

/** Whether objects of all clusters are folded. */
function isStoreWide({ code, variant }: Draft): boolean {
  return storeWide.has(code) || dayCodes.has(code) || variant === 'factor';
}

function foldKey({ id, occurrences }: Episode): string {
  const draft = occurrences[0]?.draft;
  if (!draft || (draft.object.kind === 'cluster' && !isStoreWide(draft))) return id;
  const episode = /#\d+$/.exec(id)?.[0] ?? '';
  const windows = dayCodes.has(draft.code) ? '' : occurrences.map(({ day }) => day.start).join(' ');
  const cluster = isStoreWide(draft) ? '' : (draft.object.cluster ?? '');
  return JSON.stringify([draft.code, draft.variant, cluster, draft.reason, windows, episode]);
}

/** What a finding about many objects is named by: their cluster, or the store that they are in. */
function scopeOf(draft: Draft): string {
  const { cluster } = draft.object;
  if (!isStoreWide(draft) && cluster !== null && cluster !== '') return cluster;
  return draft.wrong?.[0] ?? 'all';
}
