import { minute } from '../../time.ts';
import {
  clockText,
  errorFact,
  missingSteps,
  partialRows,
  perFile,
  savedOrLoaded,
} from './facts.ts';
import type { RuleContext, SetEvidence } from './set-evidence.ts';
import type { Source, State } from './state.ts';
import { presentSince } from './typical-steps.ts';

/** State before the age of the set counts; `absent` is a set that a store lacks. */
export type EvidenceState = Exclude<State, 'unsettled' | 'before-retention'> | 'absent';

export interface Rule {
  readonly name: string;
  readonly state: EvidenceState;
  readonly source: Source;
  /** When it applies, and why it ranks where it does; docs/coverage.md has the same text. */
  readonly when: string;
  /** What it found; null where it does not apply. */
  readonly fact: (set: SetEvidence, context: RuleContext) => string | null;
}

const never = Number.NEGATIVE_INFINITY;
/** How much earlier than its end a save may be: clocks of a server and its store differ. */
const saveTolerance = minute;

/**
 * Rules for the state of a set, in order of precedence: the first that applies decides. A source
 * that reports a problem wins over one that reports none, because each sees only its own part: the
 * log what the pipeline did, the files what the store holds, the cost API what a client gets.
 */
export const rules: readonly Rule[] = [
  {
    name: 'compute-error',
    state: 'error',
    source: 'log',
    when: 'a ComputeError is newer than the last save or load',
    fact: ({ history }) =>
      history && history.last('ComputeError') > presentSince(history)
        ? errorFact('computing it failed', history, 'ComputeError')
        : null,
  },
  {
    name: 'reconcile-error',
    state: 'error',
    source: 'log',
    when: 'a ReconcileError is newer than the last reconciliation and the last save; a later save replaces what failed',
    fact: ({ history }) =>
      history &&
      history.last('ReconcileError') > Math.max(history.last('Reconciled'), history.last('Saved'))
        ? errorFact('reconciling it failed', history, 'ReconcileError')
        : null,
  },
  {
    name: 'file-error',
    state: 'error',
    source: 'status',
    when: 'a file of it lists errors, in any directory',
    fact: ({ files }) =>
      perFile(files, ({ errors }) => (errors.length > 0 ? errors.join('; ') : null)),
  },
  {
    name: 'no-file-in-directory',
    state: 'missing',
    source: 'status',
    when: 'one of several directories of a store has sets before and after it, but not it',
    fact: ({ missingFrom }) =>
      missingFrom.length > 0 ? `no file of it in ${missingFrom.join(', ')}` : null,
  },
  {
    name: 'saved-without-file',
    state: 'missing',
    source: 'status',
    when: 'the log has a save or load of it, but its file is not in the listing: the listing shows what exists now',
    fact: ({ history, files, isListed }) =>
      history &&
      isListed &&
      files.length === 0 &&
      presentSince(history) > history.last('DeletedEvent')
        ? `${savedOrLoaded(history)}, but no file of it is listed`
        : null,
  },
  {
    name: 'no-rows',
    state: 'missing',
    source: 'presence',
    when: 'the cost API returns no rows for it; whether the set is missing or empty is not visible there',
    fact: ({ presence }) =>
      presence && !presence.rows ? 'the server returns no rows for it' : null,
  },
  {
    name: 'deleted',
    state: 'absent',
    source: 'log',
    when: 'the log has a deletion after the last save, and no file of it is listed',
    fact: ({ history, files }) =>
      history && files.length === 0 && history.last('DeletedEvent') > presentSince(history)
        ? `deleted ${clockText(history.last('DeletedEvent'))}`
        : null,
  },
  {
    name: 'saved-empty',
    state: 'empty',
    source: 'log',
    when: 'its last save or load has the size 0',
    fact: ({ history }) =>
      history && presentSince(history) > never && history.size === 0
        ? `${savedOrLoaded(history)} with size 0`
        : null,
  },
  {
    name: 'empty-file',
    state: 'empty',
    source: 'status',
    when: 'a file of it has 0 bytes, or a warning that it is empty',
    fact: ({ files }) =>
      perFile(files, ({ size, warnings }) => {
        if (size === 0) return 'its file has 0 bytes';
        return warnings.some((text) => /\bempty\b/i.test(text)) ? warnings.join('; ') : null;
      }),
  },
  {
    name: 'leftover-rows',
    state: 'empty',
    source: 'presence',
    when: 'all its rows are leftovers: at most 5 minutes without cost, rows without any resource hours, unmounted volumes alone, or (aggregated) no cost and less than a tenth of the usual hours while other sets have costs',
    fact: ({ presence }) =>
      presence?.rows && presence.dataRows === 0
        ? `its ${presence.rows} rows are left over from the day before: they have no cost and hardly any hours`
        : null,
  },
  {
    name: 'saved-before-end',
    state: 'incomplete',
    source: 'log',
    when: 'its last save is older than its own end (after a change of `utcOffset`: than the start of the set that overlaps it): a pipeline saves a set repeatedly until it has ended. Wins over the time of its file, which copies change',
    fact: ({ history, due, end }) =>
      history && history.last('Saved') > never && history.last('Saved') < due - saveTolerance
        ? `last saved ${clockText(history.last('Saved'))}, the set ended ${clockText(end)}`
        : null,
  },
  {
    name: 'step-missing',
    state: 'incomplete',
    source: 'log',
    when: 'a step that at least half of the sets have after their save is missing 30 minutes after it, or the reconciliation that newer sets have 48 hours after its end',
    fact: ({ history }, context) => (history ? missingSteps(history, context) : null),
  },
  {
    name: 'file-in-repair',
    state: 'incomplete',
    source: 'status',
    when: 'a file of it is being repaired',
    fact: ({ files }) =>
      perFile(files, ({ repairing }) => (repairing ? 'it is being repaired' : null)),
  },
  {
    name: 'file-warning',
    state: 'incomplete',
    source: 'status',
    when: 'a file of it lists warnings',
    fact: ({ files }) =>
      perFile(files, ({ warnings }) =>
        warnings.length > 0 ? `warning: ${warnings.join('; ')}` : null,
      ),
  },
  {
    name: 'file-before-end',
    state: 'incomplete',
    source: 'status',
    when: 'a file of it was last written before its end, and the log has no save of it',
    fact: ({ files, history, due, end }) =>
      history && history.last('Saved') > never
        ? null
        : perFile(files, ({ modified }) =>
            modified !== null && modified < due - saveTolerance
              ? `file last written ${clockText(modified)}, the set ended ${clockText(end)}`
              : null,
          ),
  },
  {
    name: 'rows-end-early',
    state: 'incomplete',
    source: 'presence',
    when: 'the rows of a cluster end more than an hour before the set, or all rows start more than an hour after it',
    fact: ({ presence, start }) => (presence ? partialRows(presence, start) : null),
  },
  {
    name: 'saved',
    state: 'complete',
    source: 'log',
    when: 'it was saved or loaded, and none of the above',
    fact: ({ history }) =>
      history && presentSince(history) > history.last('DeletedEvent')
        ? savedOrLoaded(history)
        : null,
  },
  {
    name: 'file',
    state: 'complete',
    source: 'status',
    when: 'a file of it is listed, and none of the above',
    fact: ({ files }) => {
      const [file] = files;
      if (!file) return null;
      return file.modified === null
        ? 'file listed'
        : `file last written ${clockText(file.modified)}`;
    },
  },
  {
    name: 'rows',
    state: 'complete',
    source: 'presence',
    when: 'it has rows to its end, and none of the above',
    fact: ({ presence }) => {
      if (!presence?.rows) return null;
      const until = presence.until === null ? '' : ` until ${clockText(presence.until)}`;
      return `${presence.dataRows} rows${until}`;
    },
  },
  {
    name: 'later-steps-only',
    state: 'unknown',
    source: 'log',
    when: 'the log has steps that follow a save, but not the save, which may be older than the log',
    fact: ({ history }) =>
      history && presentSince(history) === never
        ? 'the log has later steps, but no save of it'
        : null,
  },
];
