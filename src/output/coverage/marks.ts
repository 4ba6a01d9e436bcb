import type { State } from '../../events/coverage/state.ts';
import type { Theme } from '../theme.ts';

interface Mark {
  /** Character in a Unicode terminal, and in any other. */
  readonly unicode: string;
  readonly ascii: string;
  readonly word: string;
  readonly color: 'good' | 'bad' | 'doubtful' | 'faint';
}

/** Character of each state in the calendar; no two states share one. */
export const marks: Readonly<Record<State, Mark>> = {
  complete: { unicode: '■', ascii: '#', word: 'complete', color: 'good' },
  incomplete: { unicode: '◧', ascii: '%', word: 'incomplete', color: 'doubtful' },
  empty: { unicode: '○', ascii: '0', word: 'empty', color: 'doubtful' },
  error: { unicode: '✗', ascii: 'X', word: 'error', color: 'bad' },
  missing: { unicode: '!', ascii: '!', word: 'missing', color: 'bad' },
  unsettled: { unicode: '~', ascii: '~', word: 'not settled yet', color: 'faint' },
  'before-retention': { unicode: '·', ascii: '.', word: 'before retention', color: 'faint' },
  unknown: { unicode: '?', ascii: '?', word: 'unknown', color: 'doubtful' },
};

export function markOf(state: State, unicode: boolean, theme: Theme): string {
  const mark = marks[state];
  return theme[mark.color](unicode ? mark.unicode : mark.ascii);
}
