import type { ServersReport } from '../../diagnosis/servers-report.ts';
import { plural } from '../format.ts';
import { type Verdict, type VerdictWord, verdictOf } from './verdict.ts';

/** Worst first. */
const order: readonly VerdictWord[] = ['FAILED', 'UNDECIDED', 'WARNING', 'PASSED'];

/** Verdict of the reports of several servers: that of the worst; a server without a report is undecided. */
export function serversVerdict({ servers }: ServersReport): Verdict {
  const words = servers.map(({ report }) => (report ? verdictOf(report).word : 'UNDECIDED'));
  const word = order.find((one) => words.includes(one)) ?? 'UNDECIDED';
  const unread = servers.filter(({ error }) => error !== null).map(({ server }) => server);
  const counts = servers.map(
    ({ report }) => (report?.findings ?? []).filter(({ accepted }) => accepted === null).length,
  );
  const findings = counts.reduce((sum, count) => sum + count, 0);
  const affected = counts.filter((count) => count > 0).length;
  const found =
    findings === 0
      ? 'no findings'
      : `${plural(findings, 'finding')} on ${affected} of ${plural(servers.length, 'server')}`;
  const [first] = unread;
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
  return { word, text: first === undefined ? found : `${found}; not audited: ${first}${more}` };
}
