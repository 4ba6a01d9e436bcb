import type { Day } from './day.ts';
import type { Draft, Effect } from './draft.ts';
import type { Occurrence } from './episodes.ts';
import type { Group } from './folding.ts';
import type { Finding } from './schema.ts';

/** The windows of a finding in order, each with the sum over its objects. */
export function windowsOf(occurrences: readonly Occurrence[]): Finding['windows'] {
  const byStart = new Map<number, Occurrence[]>();
  for (const one of occurrences)
    byStart.set(one.day.start, [...(byStart.get(one.day.start) ?? []), one]);
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([, of]) => ({
      start: of[0]?.day.window.start ?? '',
      end: of[0]?.day.window.end ?? '',
      amount: sum(of.map(({ draft }) => draft.amount)),
    }));
}

export function objectsOf(episodes: Group['episodes']): Finding['objects'] {
  return episodes
    .flatMap(({ occurrences }) => {
      const [first] = occurrences;
      return first
        ? [{ ...first.draft.object, amount: sum(occurrences.map(({ draft }) => draft.amount)) }]
        : [];
    })
    .sort(
      (a, b) => Math.abs(b.amount ?? 0) - Math.abs(a.amount ?? 0) || (a.name < b.name ? -1 : 1),
    );
}

/** The sum of what is known; null where nothing is. */
export function sum(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((total, amount) => total + amount, 0);
}

/** The finding's part of the assets of its clusters: of all its windows, and of the worst one. */
export function shareOf(occurrences: readonly Occurrence[]): {
  total: number | null;
  worst: number;
} {
  const days = new Map<Day, Draft[]>();
  for (const { day, draft } of occurrences) days.set(day, [...(days.get(day) ?? []), draft]);
  const known = [...days].flatMap(([day, drafts]) => {
    const amount = sum(drafts.map((draft) => draft.amount));
    const assets = assetsOf(day, drafts);
    return amount !== null && assets !== null && assets > 0
      ? [{ amount: Math.abs(amount), assets }]
      : [];
  });
  if (known.length === 0) return { total: null, worst: 0 };
  const total = (of: 'amount' | 'assets') => known.reduce((all, one) => all + one[of], 0);
  return {
    total: total('amount') / total('assets'),
    worst: Math.max(...known.map(({ amount, assets }) => amount / assets)),
  };
}

/** What the clusters of the objects cost in a window; a window without data, what is missing of it. */
function assetsOf(day: Day, drafts: readonly Draft[]): number | null {
  const clusters = new Set(drafts.map(({ object }) => object.cluster));
  const costs = [...(clusters.has(null) ? [null] : clusters)].map((cluster) =>
    day.assetsOf(cluster),
  );
  const missing = drafts.flatMap(({ object, amount }) =>
    object.kind === 'day' && amount !== null ? [Math.abs(amount)] : [],
  );
  const shown = sum(costs);
  return missing.length === 0 ? shown : Math.max(shown ?? 0, ...missing);
}

export function basisOf(occurrences: readonly Occurrence[]): Finding['amount']['basis'] {
  const all = occurrences.map(({ draft }) => draft.basis);
  const known = all.filter((basis) => basis !== 'unknown');
  if (known.length === 0) return 'unknown';
  if (known.length < all.length || known.includes('lower-bound')) return 'lower-bound';
  return known.includes('estimated') ? 'estimated' : 'measured';
}

/** What is not known of one object is not known of all. */
export function effectOf(occurrences: readonly Occurrence[]): Effect {
  const of = (part: keyof Effect) => {
    const amounts = occurrences.map(({ draft }) => draft.effect[part]);
    return amounts.includes(null) ? null : sum(amounts);
  };
  return { workloads: of('workloads'), idle: of('idle'), assets: of('assets'), bill: of('bill') };
}
