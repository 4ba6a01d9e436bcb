import type { Audit } from '../../audits/schema.ts';
import type { AuditType } from '../../audits/types.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { productText } from '../../kubecost/product.ts';
import type { StoreContent } from '../../store/audit-store.ts';
import { diagnoseDays, spanOf } from '../../store/diagnose-days.ts';
import type { StoredDay } from '../../store/schema.ts';
import { overlaps, type Span } from '../../time.ts';
import type { Context } from '../command.ts';
import { defaultRetentionHours } from './diagnosis.ts';
import { openAuditStore, seriesOf } from './open-store.ts';
import { clustersOf } from './run-store.ts';

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
  readonly damage: readonly string[];
}

/**
 * Reads the audits of one server from an AuditStore, diagnosed over all of its days.
 *
 * @throws UsageError where the directory is no store, or holds several servers and none is named
 */
export async function readStoredAudits(
  dir: string,
  { server, types, span }: StoredSelection,
  { deps, reporter }: Context,
): Promise<StoredAudits> {
  const content = await (await openAuditStore(dir, 'read')).read();
  const { days, notes } = seriesOf(content, server);
  for (const note of notes) await reporter.note(note);
  const { audits, findings } = diagnoseDays(days, {
    now: deps.clock.now(),
    retentionHours: defaultRetentionHours,
    window: span,
  });
  const shown = audits.filter(({ type }) => types.length === 0 || types.includes(type));
  const newest = days.at(-1);
  const {
    product,
    version = null,
    address = null,
  } = newest ? { ...newest.server, product: newest.server.product } : {};
  return {
    audits: shown,
    findings: types.length === 0 ? findings : findings.filter(isAbout(types)),
    engine: 'local',
    server: address,
    ...(product === undefined ? {} : { product: productText({ name: product, version }) }),
    clusters: clustersOf(days.filter((day) => span === null || overlaps(span, spanOf(day)))),
    days,
    damage: damageOf(content, dir),
  };
}

function isAbout(types: readonly AuditType[]) {
  return ({ explains, blocks }: Finding) =>
    [...explains, ...blocks].some(({ type }) => types.includes(type));
}

function damageOf({ damaged }: StoreContent, dir: string): string[] {
  return damaged.map(({ path, problem }) => `${dir}/${path} ${problem}`);
}
