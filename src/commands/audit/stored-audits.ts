import type { Audit } from '../../audits/schema.ts';
import type { AuditType } from '../../audits/types.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { type Trend, trendOf, trendWithin } from '../../diagnosis/trend.ts';
import { productText } from '../../kubecost/product.ts';
import type { StoreContent } from '../../store/audit-store.ts';
import { diagnoseDays, spanOf } from '../../store/diagnose-days.ts';
import type { StoredDay } from '../../store/schema.ts';
import { overlaps, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { openAuditStore, readServerDays, seriesOf } from './open-store.ts';
import { clustersOf } from './stored-report.ts';

export interface StoredSelection {
  /** Null where the store holds one server only. */
  readonly server: string | null;
  /** All where it is empty. */
  readonly types: readonly AuditType[];
  /** Null: everything. */
  readonly span: Span | null;
}

/** Audits that an AuditStore holds, as a report has them. */
export interface StoredAudits {
  readonly audits: readonly Audit[];
  readonly findings: readonly Finding[];
  readonly engine: 'local';
  /** The address of the server; null where the store is empty. */
  readonly server: string | null;
  readonly product?: string;
  readonly clusters: readonly string[];
  readonly days: readonly StoredDay[];
  /** Damaged files, one text for each. */
  readonly damagedFiles: readonly string[];
  /** Selected days whose last evaluation failed. */
  readonly outdated: readonly StoredDay[];
  /** What is stored of the findings, also outside the selection. */
  readonly trend: Trend;
}

/** What an AuditStore holds of one server, before it is diagnosed. */
interface StoredServer {
  /** In order of time. */
  readonly days: readonly StoredDay[];
  readonly server: string | null;
  readonly product?: string;
  readonly damagedFiles: readonly string[];
}

/**
 * Reads the days of one server from an AuditStore.
 *
 * @param name null where the store holds one server only
 * @throws UsageError where the directory is no store, or holds several servers and none is named
 */
async function readServer(
  dir: string,
  name: string | null,
  { reporter }: Context,
): Promise<StoredServer> {
  const content = await readServerDays(await openAuditStore(dir, 'read'), name);
  const { days, notes } = seriesOf(content, name);
  for (const note of notes) await reporter.note(note);
  const newest = days.at(-1);
  return {
    days,
    server: newest?.server.address ?? null,
    ...(newest && {
      product: productText({ name: newest.server.product, version: newest.server.version }),
    }),
    damagedFiles: damagedFilesOf(content, dir),
  };
}

/**
 * Reads the audits of one server from an AuditStore, diagnosed over all of its days.
 *
 * @throws UsageError where the directory is no store, or holds several servers and none is named
 */
export async function readStoredAudits(
  dir: string,
  { server, types, span }: StoredSelection,
  context: Context,
): Promise<StoredAudits> {
  const stored = await readServer(dir, server, context);
  const { days } = stored;
  const isSelected = (day: StoredDay) => span === null || overlaps(span, spanOf(day));
  const outdated = days.filter((day) => day.failedAt !== undefined && isSelected(day));
  for (const { window, storedAt, failedAt } of outdated) {
    await context.reporter.warn(
      `${window.start.slice(0, 10)}: the evaluation of ${failedAt} failed; shown is the one of ${storedAt}`,
    );
  }
  const { audits, findings, whole } = diagnoseDays(days, {
    now: context.deps.clock.now(),
    window: span,
  });
  return {
    ...stored,
    audits: audits.filter(({ type }) => types.length === 0 || types.includes(type)),
    findings: types.length === 0 ? findings : findings.filter(isAbout(types)),
    engine: 'local',
    clusters: clustersOf(days.filter(isSelected)),
    outdated,
    trend: trendOf(whole),
  };
}

/**
 * Reads how the findings and audits of one server developed, over all days of an AuditStore.
 *
 * @throws UsageError where the directory is no store, or holds several servers and none is named
 */
export async function readStoredTrend(
  dir: string,
  { server, types, span }: StoredSelection,
  context: Context,
): Promise<Pick<StoredServer, 'server' | 'damagedFiles'> & { readonly trend: Trend }> {
  const { trend: all, ...stored } = await readStoredAudits(
    dir,
    { server, types: [], span: null },
    context,
  );
  const trend = ofTypes(all, types);
  return {
    ...stored,
    trend:
      span === null ? trend : trendWithin(trend, (window) => overlaps(span, spanOf({ window }))),
  };
}

/** A trend of some audits, and of the findings that are about them. */
function ofTypes(trend: Trend, types: readonly AuditType[]): Trend {
  if (types.length === 0) return trend;
  const { report, findings } = trend;
  const isShown = findings.map(isAbout(types));
  return {
    ...trend,
    findings: findings.filter((_, i) => isShown[i]),
    report: {
      ...report,
      findings: report.findings.filter((_, i) => isShown[i]),
      audits: report.audits.filter(({ type }) => types.includes(type)),
    },
  };
}

function isAbout(types: readonly AuditType[]) {
  return ({ explains, blocks }: Finding) =>
    [...explains, ...blocks].some(({ type }) => types.includes(type));
}

/** Every damaged file of an AuditStore, one text for each. */
export async function allDamagedFiles(dir: string): Promise<string[]> {
  const store = await openAuditStore(dir, 'read');
  const contents = [await store.read(), await store.readReconciliations(), await store.readPlans()];
  return contents.flatMap((content) => damagedFilesOf(content, dir));
}

function damagedFilesOf({ damaged }: Pick<StoreContent, 'damaged'>, dir: string): string[] {
  return damaged.map(({ path, problem }) => `${dir}/${path} ${problem}`);
}
