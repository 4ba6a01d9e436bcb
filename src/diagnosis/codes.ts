import { billsAndRemainders } from './codes/bills-and-remainders.ts';
import { capacity } from './codes/capacity.ts';
import type { CodeInfo, Severity } from './codes/code.ts';
import { derivedStores } from './codes/derived-stores.ts';
import { identity } from './codes/identity.ts';
import { nodeRecords } from './codes/node-records.ts';
import { presence } from './codes/presence.ts';
import { price } from './codes/price.ts';
import { responsesAndDays } from './codes/responses-and-days.ts';
import { rows } from './codes/rows.ts';

/** Every kind of finding, in the order in which they are looked for. */
export const codes = {
  ...responsesAndDays,
  ...rows,
  ...identity,
  ...presence,
  ...nodeRecords,
  ...price,
  ...capacity,
  ...derivedStores,
  ...billsAndRemainders,
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof codes;
export const codeNames = Object.keys(codes) as Code[]; // keys() forgets which

/** The tables of docs/findings.md. */
export const codeGroups: ReadonlyMap<string, readonly Code[]> = new Map(
  Object.entries({
    'Responses and days': responsesAndDays,
    Rows: rows,
    Identity: identity,
    Presence: presence,
    Price: { ...nodeRecords, ...price },
    Capacity: capacity,
    'Derived stores': derivedStores,
    'Bills and remainders': billsAndRemainders,
  }).map(([name, group]) => [name, Object.keys(group) as Code[]]), // as above
);

export function codeInfo(code: Code): CodeInfo {
  return codes[code];
}

/** Whether a finding means no wrong number: an audit that differs for such reasons alone warns. */
export function isLegal(code: Code, variant: string | null): boolean {
  const info = codeInfo(code);
  return (variant === null ? undefined : info.variants[variant]?.legal) ?? info.legal;
}

/** The severity that a code has where nothing raises or lowers it. */
export function defaultSeverity(code: Code, variant: string | null): Severity {
  const info = codeInfo(code);
  return (variant === null ? undefined : info.variants[variant]?.severity) ?? info.severity;
}
