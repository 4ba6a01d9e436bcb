import type { ReconciliationState } from '../../reconciliation/states.ts';
import type { Theme } from '../theme.ts';

interface Mark {
  readonly unicode: string;
  readonly ascii: string;
  readonly color: 'good' | 'bad' | 'doubtful' | 'faint';
}

/** Character of each state in the calendar; no two states share one. */
const marks: Readonly<Record<ReconciliationState | 'unavailable', Mark>> = {
  reconciled: { unicode: '■', ascii: '#', color: 'good' },
  partial: { unicode: '◧', ascii: '%', color: 'bad' },
  pending: { unicode: '~', ascii: '~', color: 'faint' },
  late: { unicode: '!', ascii: '!', color: 'bad' },
  never: { unicode: '-', ascii: '-', color: 'faint' },
  unavailable: { unicode: '?', ascii: '?', color: 'doubtful' },
};

export function markOf(
  state: ReconciliationState | 'unavailable',
  unicode: boolean,
  theme: Theme,
): string {
  const mark = marks[state];
  return theme[mark.color](unicode ? mark.unicode : mark.ascii);
}
