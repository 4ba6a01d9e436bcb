import type { Step } from '../kinds.ts';
import type { SetHistory } from '../set-histories.ts';
import type { Presence, StoreFile } from './evidence.ts';
import type { Source, State } from './state.ts';
import { momentText } from './time-text.ts';

/** What the sources say about one set; null where one says nothing. */
export interface SetEvidence {
  readonly life: SetHistory | null;
  readonly file: StoreFile | null;
  readonly presence: Presence | null;
}

/** What the sets of one store and length usually go through. */
export interface TypicalSteps {
  /** Steps that follow every save. */
  readonly afterSave: readonly Step[];
  /** The start of the newest set that was reconciled. */
  readonly reconciledUntil: number;
}

/** A state before the age of the set is looked at; `deleted` is one for its neighbours to judge. */
export interface Verdict {
  readonly state: Exclude<State, 'unsettled' | 'before-retention'> | 'deleted' | 'absent';
  readonly detail: string;
  readonly sources: readonly Source[];
}

const never = Number.NEGATIVE_INFINITY;
/** The steps after a save take their time, in milliseconds. */
const grace = 30 * 60_000;
/** A bill is settled after two days, in milliseconds (docs/kubecost-api.md). */
const billDelay = 48 * 3_600_000;

/** What the evidence says about a set that any source names. */
export function evaluateSet(evidence: SetEvidence, habits: TypicalSteps, now: number): Verdict {
  const { life, file, presence } = evidence;
  const verdicts: Verdict[] = [];
  if (life) verdicts.push(byLife(life, habits, now));
  if (file) verdicts.push(byFile(file));
  if (presence) verdicts.push(byPresence(presence));
  const sources = verdicts.flatMap((verdict) => verdict.sources);
  const [first] = [...verdicts].sort((a, b) => rank[a.state] - rank[b.state]);
  return first ? { ...first, sources } : { state: 'absent', detail: '', sources: [] };
}

/** Which of two sources is believed: the one with the worse news, or the one that knows at all. */
const rank: Readonly<Record<Verdict['state'], number>> = {
  error: 0,
  missing: 1,
  empty: 2,
  incomplete: 3,
  complete: 4,
  deleted: 5,
  unknown: 6,
  absent: 7,
};

function byLife(life: SetHistory, habits: TypicalSteps, now: number): Verdict {
  const last = (step: Step) => life.last(step);
  const say = (state: Verdict['state'], detail = ''): Verdict => ({
    state,
    detail,
    sources: ['log'],
  });
  const present = Math.max(last('Saved'), last('Loaded'));
  if (last('ComputeError') > present) {
    return say('error', `computing it failed at ${momentText(last('ComputeError'))}`);
  }
  const deleted = last('DeletedEvent');
  if (deleted > present) return say('deleted', `deleted at ${momentText(deleted)}`);
  if (last('ReconcileError') > last('Reconciled')) {
    return say('error', `reconciling it failed at ${momentText(last('ReconcileError'))}`);
  }
  if (present === never)
    return say('unknown', 'the log shows later steps, but not that it was saved');
  if (life.size === 0) return say('empty', `saved with size 0 at ${momentText(present)}`);
  const lacking = now - present < grace ? [] : habits.afterSave.filter((s) => last(s) < present);
  const isBilled =
    last('Reconciled') > never ||
    last('Saved') === never ||
    life.start >= habits.reconciledUntil ||
    life.end + billDelay > now;
  if (!isBilled) lacking.push('Reconciled');
  if (lacking.length === 0) return say('complete');
  const words = lacking.map((step) => step.toLowerCase()).join(' and ');
  return say('incomplete', `not ${words} since it was saved at ${momentText(present)}`);
}

function byFile({ size, repairing, errors, warnings }: StoreFile): Verdict {
  const say = (state: Verdict['state'], detail = ''): Verdict => ({
    state,
    detail,
    sources: ['status'],
  });
  if (errors.length > 0) return say('error', errors.join('; '));
  if (repairing) return say('incomplete', 'it is being repaired');
  if (size === 0) return say('empty', 'its file is empty');
  if (warnings.some((text) => /\bempty\b/i.test(text))) return say('empty', warnings.join('; '));
  if (warnings.length > 0) return say('incomplete', `warning: ${warnings.join('; ')}`);
  return say('complete');
}

/** Rows that end this long before their set does, in milliseconds, are not all there were to be. */
const ragged = 3_600_000;

function byPresence({ rows, until, end }: Presence): Verdict {
  const say = (state: Verdict['state'], detail = ''): Verdict => ({
    state,
    detail,
    sources: ['presence'],
  });
  // whether there is no set or an empty one, such a server does not tell
  if (!rows) return say('missing', 'the server answers no rows for it');
  if (until !== null && until < end - ragged) {
    return say('incomplete', `its rows end at ${momentText(until)}`);
  }
  return say('complete');
}

/** What most of these sets went through, which is what a server does. */
export function typicalStepsOf(lives: readonly SetHistory[]): TypicalSteps {
  const steps = ['Totaled', 'Aggregated'] as const;
  const saved = (life: SetHistory) => Math.max(life.last('Saved'), life.last('Loaded'));
  const present = lives.filter((life) => saved(life) > never);
  const usual = (step: Step) => 2 * present.filter((life) => life.last(step) >= saved(life)).length;
  let reconciledUntil = never;
  for (const life of lives) {
    if (life.count('Reconciled') > 0) reconciledUntil = Math.max(reconciledUntil, life.start);
  }
  return {
    afterSave: steps.filter((step) => present.length > 0 && usual(step) >= present.length),
    reconciledUntil,
  };
}
