import { hour, minute } from '../../time.ts';
import type { Step } from '../kinds.ts';
import type { SetHistory } from '../set-history.ts';
import type { Presence } from './evidence.ts';
import type { RuleContext } from './set-evidence.ts';
import type { StoreFile } from './store-files.ts';
import { presentSince } from './typical-steps.ts';

const never = Number.NEGATIVE_INFINITY;
/** How long the steps after a save take at most. */
const stepTime = 30 * minute;
/** A bill is settled after two days (docs/kubecost-api.md). */
const billDelay = 48 * hour;

/** A time in the text of a fact: `2026-11-23 06:48`, in UTC. */
export function clockText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

export function errorFact(what: string, history: SetHistory, step: Step): string {
  const text = history.errorText ? `: ${history.errorText}` : '';
  return `${what} ${clockText(history.last(step))}${text}`;
}

export function savedOrLoaded(history: SetHistory): string {
  const saved = history.last('Saved');
  return saved > never
    ? `last saved ${clockText(saved)}`
    : `last loaded ${clockText(history.last('Loaded'))}`;
}

/** Facts of the files that have one, each with its directory where there are several files. */
export function perFile(
  files: readonly StoreFile[],
  find: (file: StoreFile) => string | null,
): string | null {
  const found = files.flatMap((file) => {
    const fact = find(file);
    if (fact === null) return [];
    return [files.length > 1 ? `${file.directory}: ${fact}` : fact];
  });
  return found.length > 0 ? found.join('; ') : null;
}

export function missingSteps(history: SetHistory, { typical, now }: RuleContext): string | null {
  const since = presentSince(history);
  if (since === never) return null;
  const missing: Step[] =
    now - since < stepTime ? [] : typical.afterSave.filter((step) => history.last(step) < since);
  const isReconciled =
    history.last('Reconciled') > never ||
    history.last('Saved') === never ||
    history.start >= typical.reconciledUntil ||
    history.end + billDelay > now;
  if (!isReconciled) missing.push('Reconciled');
  if (missing.length === 0) return null;
  const words = missing.map((step) => step.toLowerCase()).join(' and ');
  return `not ${words} since it was ${savedOrLoaded(history).replace('last ', '')}`;
}

export function partialRows({ from, endedEarly }: Presence, start: number): string | null {
  if (endedEarly.size > 0) {
    const ends = [...endedEarly].map(
      ([cluster, end]) => `${cluster ? `rows of ${cluster}` : 'its rows'} end at ${clockText(end)}`,
    );
    return ends.join('; ');
  }
  return from !== null && from > start + hour ? `its rows start at ${clockText(from)}` : null;
}
