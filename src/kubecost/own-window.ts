/** Windows that Kubecost does not know; the server's product or data decides which days they are. */
export const ownWindows = {
  settled: {
    form: 'settled, 7d settled',
    meaning: 'the newest UTC day, or n days, whose data no longer changes',
  },
  reconciled: {
    form: 'reconciled, 7d reconciled',
    meaning: 'the newest settled day, or n days in a row, that are reconciled with the bill',
  },
} as const;

export type OwnWindowName = keyof typeof ownWindows;

/** A window of kc-etl's own: the newest `days` UTC days in the state that its name says. */
export interface OwnWindow {
  readonly name: OwnWindowName;
  readonly days: number;
}

const pattern = /^(?:([1-9]\d{0,3})d )?([a-z]+)$/;

/** `settled` or `7d settled`; null for any other text. */
export function parseOwnWindow(text: string): OwnWindow | null {
  const [, days = '1', name = ''] = pattern.exec(text.trim()) ?? [];
  return isOwnWindow(name) ? { name, days: Number(days) } : null;
}

function isOwnWindow(name: string): name is OwnWindowName {
  return Object.hasOwn(ownWindows, name);
}
