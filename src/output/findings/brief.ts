import type { Finding } from '../../diagnosis/schema.ts';
import { sanitize } from '../sanitize.ts';
import { findingFields } from './fields.ts';

/** A finding as plain lines: its title, then its fields; commands are lines of their own. */
export function findingText(finding: Finding): string[] {
  return [
    sanitize(finding.title),
    ...findingFields(finding, false).flatMap(({ label, texts, rows = [], commands = [] }) => [
      ...texts.map((text) => `${label}: ${sanitize(text)}`),
      ...rows.map(
        ([name, amount]) => `${label}: ${amount === '' ? '' : `${amount} `}${sanitize(name)}`,
      ),
      ...commands.map((command) => `  ${sanitize(command)}`),
    ]),
  ];
}
