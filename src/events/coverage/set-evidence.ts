import type { SetHistory } from '../set-history.ts';
import type { Presence } from './evidence.ts';
import type { StoreFile } from './store-files.ts';
import type { TypicalSteps } from './typical-steps.ts';

/** Everything that the sources report about one set. Times in milliseconds since 1970. */
export interface SetEvidence {
  readonly start: number;
  readonly end: number;
  /** Until when its data should reach: its end, or the start of a set of another `utcOffset` that overlaps it. */
  readonly due: number;
  readonly history: SetHistory | null;
  /** One of each directory that has it. */
  readonly files: readonly StoreFile[];
  /** Directories that have sets before and after it, but not it. */
  readonly missingFrom: readonly string[];
  /** The files of its time are listed, so that one that exists is in `files`. */
  readonly isListed: boolean;
  readonly presence: Presence | null;
}

/** What the rules compare a set with. */
export interface RuleContext {
  readonly typical: TypicalSteps;
  readonly now: number;
}
