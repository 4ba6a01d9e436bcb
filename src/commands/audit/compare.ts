import { compareFailOns } from '../../audits/compare/changes.ts';
import { compare, evaluatedInBoth } from '../../audits/compare/compare.ts';
import { evaluateComparison } from '../../audits/compare/gate.ts';
import type { Audit } from '../../audits/schema.ts';
import { auditsOf } from '../../audits/server/audit-sets.ts';
import { type AuditType, serverAuditTypes } from '../../audits/types.ts';
import { choice, type Option, type OptionSet, type Values } from '../../config/option.ts';
import { type ComparedReport, compareFindings } from '../../diagnosis/compare.ts';
import { exitCodes, UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Window } from '../../kubecost/window.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { readAuditReport } from '../saved/report.ts';
import { parseWindowOption, resolveWindow } from '../window-option.ts';
import { diagnoseServerAudits } from './diagnosis.ts';
import { selectionOptions } from './options.ts';
import { readAuditSets } from './server-source.ts';
import { serverOption } from './store-options.ts';

const options = {
  ...selectionOptions,
  failOn: choice(
    {
      flags: '--fail-on <change>',
      scope: 'compare',
      description: 'exit 1 for new differences, or for new and worse ones',
      fallback: 'never',
    },
    compareFailOns,
  ),
  auditStore: {
    flags: '--audit-store <dir>',
    description: 'compare the audits of this directory',
    repeatable: true,
    fallback: [],
    parse: (texts) => texts,
  } satisfies Option<readonly string[]> as Option<readonly string[]>,
  server: serverOption,
} satisfies OptionSet;

/** `audit compare`: two reports, or two servers, or one of each. */
export const auditCompare = defineCommand({
  description:
    'What is new, worse, better and fixed between two saved JSON reports (- for stdin), between a\n' +
    'report and a server as it is now, or between two servers (--url twice: before, after).',
  examples: [
    'kc-etl audit compare before.json after.json --fail-on new',
    'kc-etl audit compare before.json --url http://localhost:9090',
    'kc-etl audit compare --url http://old:9090 --url http://new:9090 --window 7d',
    'kc-etl audit list -o json | kc-etl audit compare before.json -',
  ],
  options,
  prints: 'compare',
  run: compareReports,
});

/** One of the two reports, before it is read. */
interface Side {
  readonly name: string;
  /** Null where it is a file. */
  readonly connect: (() => Promise<Client>) | null;
  readonly read: (window: Window | null) => Promise<ReadReport>;
}

/** A report with the name of the server it comes from; null where that is not known. */
type ReadReport = ComparedReport & { readonly server?: string | null };

async function compareReports(
  values: Values<typeof options>,
  context: Context,
  files: readonly string[],
): Promise<Outcome> {
  const request = await parseWindowOption(values, context);
  const [before, after] = sides(files, { values, context });
  const servers = [before, after].flatMap(({ connect }) => connect ?? []);
  const window = await resolveWindow(
    request,
    () => Promise.all(servers.map((connect) => connect())),
    context,
  );
  const selected = (whole: ComparedReport) => selectedParts(whole, values.type, window);
  const reports = [await before.read(window), await after.read(window)] as const;
  const [left, right] = [selected(reports[0]), selected(reports[1])];
  const findings = compareFindings(left, right);
  const report = { ...compare(left.audits, right.audits), findings };
  const both = evaluatedInBoth(left.audits, right.audits);
  const { decision, why } = evaluateComparison(report, both, values.failOn);
  return {
    result: { kind: 'compare', report, before: before.name, after: after.name },
    exitCode: decision === null ? exitCodes.ok.code : exitOf[decision].code,
    warnings: differentServers(reports, servers.length),
    notes: both === 0 ? ['no audit was evaluated in both reports, so nothing counts as fixed'] : [],
    ...(decision === null ? {} : { verdict: why }),
  };
}

/** Two reports of one Kubecost were wanted, unless two servers were named. */
function differentServers(
  [before, after]: readonly [ReadReport, ReadReport],
  servers: number,
): string[] {
  const [from, to] = [before.server ?? null, after.server ?? null];
  if (servers === 2 || from === null || to === null || plain(from) === plain(to)) return [];
  return [
    `the reports are from two servers, ${from} and ${to}: unless both are names of one Kubecost, new and fixed differences mean nothing`,
  ];
}

/** A server's name without what differs between two ways to write it. */
function plain(server: string): string {
  return server.replace(/\/+(model\/*)?$/, '').toLowerCase();
}

const exitOf = {
  passed: exitCodes.ok,
  failed: exitCodes.gate,
  undecided: exitCodes.data,
} as const;

/** @throws UsageError unless there are two sides to compare */
function sides(
  files: readonly string[],
  { values, context }: { readonly values: Values<typeof options>; readonly context: Context },
): [Side, Side] {
  const { urls, deps, globals } = context;
  // a variable or profile that names a store says nothing about what is compared
  const stores = context.cliOptions.get('audit-store') ?? [];
  if (files.length === 2 && files[0] === '-' && files[1] === '-') {
    throw new UsageError('audit compare: stdin can be one of the reports, not both');
  }
  const live = (url: string | undefined): Side => ({
    name: url ?? 'the server',
    connect: () => context.connect(url),
    read: (window) => liveReport(url, window, context),
  });
  // with one file the other side is a server, which need not be named on the command line
  const isOneSided = files.length + stores.length === 1 && urls.length === 0;
  const servers = isOneSided ? [undefined] : urls;
  const all = [
    ...files.map((path) => ({
      name: path === '-' ? 'stdin' : path,
      connect: null,
      read: () => readAuditReport(path, 'audit compare', deps),
    })),
    ...stores.map((dir) => ({
      name: dir,
      connect: null,
      read: () => storedReport(dir, values, context),
    })),
    ...servers.map(live),
  ];
  const [before, after, ...more] = all;
  if (before && after && more.length === 0 && !(globals.demo && files.length === 2)) {
    return [before, after];
  }
  throw new UsageError(
    `audit compare takes two reports or servers, not ${all.length}`,
    'name two files (- for stdin), one file and a server, or give --url or --audit-store twice',
  );
}

async function liveReport(
  url: string | undefined,
  window: Window | null,
  context: Context,
): Promise<ReadReport> {
  const client = await context.connect(url);
  const own = new Map([
    ...context.cliOptions,
    ...(url === undefined ? [] : [['url', [url]] as const]),
  ]);
  const { sets } = await readAuditSets(client, window?.query ?? null, own);
  const report = await diagnoseServerAudits(auditsOf(sets, serverAuditTypes), client, context);
  return { ...report, server: client.server };
}

async function storedReport(
  dir: string,
  { server }: Values<typeof options>,
  context: Context,
): Promise<ComparedReport> {
  const { readStoredAudits } = await import('./stored-audits.ts');
  const stored = await readStoredAudits(dir, { server, types: [], span: null }, context);
  for (const text of stored.damagedFiles) await context.reporter.warn(text);
  return stored;
}

/**
 * Audits of the selected types and window, and findings that concern them: a server may return more,
 * and a file holds everything.
 */
function selectedParts(
  { audits, findings }: ComparedReport,
  types: readonly AuditType[],
  window: Window | null,
): ComparedReport {
  const span = window?.span ?? null;
  const isSelected = (place: Pick<Audit, 'window' | 'type'>) =>
    (types.length === 0 || types.includes(place.type)) &&
    (span === null ||
      (Date.parse(place.window.start) < span.end && span.start < Date.parse(place.window.end)));
  return {
    audits: audits.filter(isSelected),
    findings: findings.filter(({ explains, blocks }) => {
      const places = [...explains, ...blocks];
      return places.length === 0 || places.some(isSelected);
    }),
  };
}
