import { amountText, percentText } from './amount-text.ts';
import type { Occurrence } from './episodes.ts';
import type { Values } from './texts.ts';

/** What the texts of a code can name: the window, the object, and what the detector found. */
export function valuesOf(
  occurrences: readonly Occurrence[],
  count: number,
  total: number | null,
): Values {
  const [first] = occurrences;
  if (!first) return {};
  const { day, draft } = first;
  const { object } = draft;
  const last = occurrences.at(-1)?.day ?? day;
  return {
    amount: total === null ? 'an unknown amount' : amountText(total),
    share: percentText(0),
    cluster: object.cluster ?? 'all clusters',
    node: object.name,
    ...Object.fromEntries(Object.entries(object.details)),
    ...draft.values,
    ...totalValue(occurrences, count, total),
    count,
    day: day.date,
    start: day.window.start,
    end: last.window.end,
    window: `${day.window.start},${day.window.end}`,
    dates: `${day.window.start},${last.window.end}`,
    datesAfter: `${day.window.start},${new Date(last.end + 86_400_000).toISOString().slice(0, 19)}Z`,
  };
}

/** The amount of one object over all its windows, where the text names that of one window. */
function totalValue(
  occurrences: readonly Occurrence[],
  count: number,
  total: number | null,
): Values {
  const { amount, values } = occurrences[0]?.draft ?? { amount: null, values: {} };
  const isOne = occurrences.length > 1 && count === 1 && amount !== null && total !== null;
  return isOne && values['value'] === amountText(amount) ? { value: amountText(total) } : {};
}
