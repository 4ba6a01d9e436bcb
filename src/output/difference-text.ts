import type { Audit, Difference, MissingValue } from '../audits/schema.ts';
import { amountText, decimalsFor, keyText, percentText } from './format.ts';
import { sanitize } from './sanitize.ts';

/** A difference on one line: `cluster-one: expected 9.42, actual 9.64, delta +0.21 (+2.28 %)`. */
export function differenceText({ key, expected, actual, delta, relative }: Difference): string {
  const decimals = decimalsFor([delta]);
  const share = relative === null ? '' : ` (${percentText(relative)})`;
  return (
    `${keyText(key)}: expected ${amountText(expected, decimals)}, ` +
    `actual ${amountText(actual, decimals)}, delta ${amountText(delta, decimals, true)}${share}`
  );
}

/** A missing value on one line: `node-3: missing, it has no asset`. */
export function missingText({ key, description }: MissingValue): string {
  return `${keyText(key)}: missing${description ? `, ${sanitize(description)}` : ''}`;
}

/** Everything an audit found, a line each, largest difference first; what is accepted says so. */
export function differenceLines({ differences, missing }: Audit): string[] {
  const accepted = (found: Difference | MissingValue) =>
    found.accepted === undefined ? '' : ` [accepted: ${sanitize(found.accepted)}]`;
  return [
    ...largestFirst(differences).flatMap((found) => [
      differenceText(found) + accepted(found),
      ...causeLines(found),
    ]),
    ...missing.map((found) => missingText(found) + accepted(found)),
  ];
}

/** What explains a difference, under it: `  volumes +0.66: persistent volumes against disks`. */
function causeLines({ causes = [] }: Difference): string[] {
  return causes.map(({ code, amount, detail }) => {
    const size = amount === null ? '' : ` ${amountText(amount, decimalsFor([amount]), true)}`;
    return `  ${sanitize(code)}${size}: ${sanitize(detail)}`;
  });
}

/** What is not a number is worse than any amount. */
function largestFirst(differences: readonly Difference[]): Difference[] {
  return [...differences].sort((a, b) => size(b) - size(a));
}

/** The largest delta of an audit, 0 where it has none. */
export function largestDelta({ differences }: Audit): number {
  return differences.reduce((largest, found) => Math.max(largest, size(found)), 0);
}

function size({ delta }: Difference): number {
  return delta === null ? Number.MAX_VALUE : Math.abs(delta);
}
