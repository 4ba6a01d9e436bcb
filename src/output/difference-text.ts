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

/** Differences and missing values of an audit, a line each, largest first, with why they are accepted. */
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

/** Causes of a difference, indented: `  volumes +0.66: persistent volumes against disks`. */
function causeLines({ causes = [] }: Difference): string[] {
  return causes.map(({ code, amount, detail }) => {
    const size = amount === null ? '' : ` ${amountText(amount, decimalsFor([amount]), true)}`;
    return `  ${sanitize(code)}${size}: ${sanitize(detail)}`;
  });
}

/** Differences by size; one without a finite delta comes first. */
function largestFirst(differences: readonly Difference[]): Difference[] {
  return [...differences].sort((a, b) => size(b) - size(a));
}

/** Size of the largest delta of an audit; 0 without differences. */
export function maxDelta({ differences }: Audit): number {
  return differences.reduce((max, found) => Math.max(max, size(found)), 0);
}

function size({ delta }: Difference): number {
  return delta === null ? Number.MAX_VALUE : Math.abs(delta);
}
