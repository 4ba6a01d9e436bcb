import type { Audit } from '../audits/schema.ts';
import type { Finding } from './schema.ts';

/**
 * Findings with the reason for which they are accepted: that of the differences and missing values
 * they explain, where all of these are accepted.
 */
export function withAcceptance(findings: readonly Finding[], audits: readonly Audit[]): Finding[] {
  const reasons = new Map<string, string | undefined>();
  for (const { window, type, differences, missing } of audits) {
    for (const { key, accepted } of [...differences, ...missing]) {
      reasons.set(placeOf({ window, type, key }), accepted);
    }
  }
  return findings.map((finding) => {
    const given = finding.explains.map((place) => reasons.get(placeOf(place)));
    const [reason] = given;
    const isAccepted = reason !== undefined && given.every((one) => one !== undefined);
    return isAccepted && finding.accepted === null ? { ...finding, accepted: reason } : finding;
  });
}

function placeOf({ window, type, key }: Omit<Finding['explains'][number], 'amount'>): string {
  return JSON.stringify([type, window.start, window.end, key]);
}
