import { billNotRead } from '../audits/local/checks/asset-reconciliation.ts';
import { Comparison } from '../audits/local/comparison.ts';
import type { Audit } from '../audits/schema.ts';
import type { CostRequest } from '../costs/requests.ts';
import type { RowSink } from '../costs/responses.ts';
import type { AssetRow } from '../costs/rows.ts';
import type { Span } from '../time.ts';
import type { BillDay } from './bill-day.ts';
import type { BillFile } from './bill-file.ts';
import type { BillMetric } from './bill-line.ts';
import { BillSums, leftOutText } from './bill-sums.ts';
import { BilledAssets } from './billed-asset.ts';
import { billCurrency, checkCurrency } from './currency.ts';
import { metricNames } from './day-comparison.ts';
import { BillError } from './error.ts';
import { providerNamed } from './identity.ts';
import { type BillSummary, readBill } from './read-bill.ts';
import { reconcileBill } from './reconcile.ts';

export interface BillAuditOptions {
  readonly files: readonly BillFile[];
  /** Null: decided for each day by whether its assets are reconciled. */
  readonly metric: BillMetric | null;
  /** The product never reconciles. */
  readonly isEstimate: boolean;
  /** Of the server's costs, as `EUR`; null where it does not report it. */
  readonly currency: string | null;
  /** Only this cluster; null for all. */
  readonly cluster: string | null;
}

/** What became of the audits whose bill is the user's. */
export interface BillAudits {
  readonly audits: Audit[];
  /** What was read, one sentence for each file and each kind of line left out. */
  readonly notes: readonly string[];
  /** Why the bill could not be used; null where it was. */
  readonly failure: string | null;
}

/** An asset's cost is printed with 6 decimals. */
const roundingError = 0.5e-6;

/**
 * AssetReconciliation against a bill that the user has. The assets of every window are kept as they
 * pass; the bill is read once, after the last of them, so that memory follows assets, not lines.
 */
export class BillAudit {
  readonly #options: BillAuditOptions;
  readonly #days = new Map<number, { readonly day: Span; assets: BilledAssets }>();

  constructor(options: BillAuditOptions) {
    this.#options = options;
  }

  /** Collects the assets of a window in addition to its other readers. */
  collector(day: Span): { sink(request: CostRequest): RowSink | null } {
    return {
      sink: (request) => {
        if (request !== 'assets') return null;
        // a further attempt starts again
        const assets = new BilledAssets();
        this.#days.set(day.start, { day, assets });
        return { asset: (row) => this.#add(assets, row) };
      },
    };
  }

  /** The audits with AssetReconciliation filled in. @param lastRun RFC 3339 */
  async complete(audits: readonly Audit[], lastRun: string): Promise<BillAudits> {
    const isOpen = (audit: Audit) =>
      audit.type === 'AuditAssetReconciliation' && audit.description.startsWith(billNotRead);
    const open = audits.filter(isOpen);
    const starts = new Set(open.map(({ window }) => Date.parse(window.start)));
    const days = [...this.#days.values()]
      .filter(({ day }) => starts.has(day.start))
      .sort((a, b) => a.day.start - b.day.start);
    if (days.length === 0) return { audits: [...audits], notes: [], failure: null };
    try {
      const { sums, read } = await this.#read(days);
      const currency = billCurrency(sums.currencies, this.#options.currency);
      const compared = reconcileBill(days, sums, { ...this.#options, roundingError });
      checkCurrency(currency, this.#options.currency, compared);
      const leftOut = sums.leftOut().map(leftOutText);
      const first = compared.find(({ skipped }) => skipped === null);
      const results = new Map(
        compared.map((result) => [
          result.day.start,
          // of the whole bill, so said once
          auditOf(result, lastRun, result === first ? leftOut : []),
        ]),
      );
      return {
        audits: audits.map((audit) =>
          isOpen(audit) ? (results.get(Date.parse(audit.window.start)) ?? audit) : audit,
        ),
        notes: [...read.map(summaryText), ...leftOut.map((one) => `left out: ${one}`)],
        failure: null,
      };
    } catch (error) {
      if (!(error instanceof BillError)) throw error;
      const description = error.message;
      return {
        audits: audits.map((audit) => (isOpen(audit) ? { ...audit, description } : audit)),
        notes: [],
        failure: error.hint === undefined ? description : `${description}; ${error.hint}`,
      };
    }
  }

  #add(assets: BilledAssets, row: AssetRow): void {
    const { cluster, name, provider, account, providerID, category } = row.identity;
    if (this.#options.cluster !== null && cluster !== this.#options.cluster) return;
    if (row.type === 'Shared' || row.type === 'Cloud' || row.type === 'Network') return;
    const { type, totalCost, adjustment, minutes } = row;
    // Google's bills name the project of a line, not the billing account
    const owner = providerNamed(provider) === 'gcp' ? row.identity.project : account;
    const identity = { cluster, name, provider, account: owner, providerID, category };
    assets.add({ ...identity, type, totalCost, adjustment, minutes });
  }

  async #read(
    days: readonly { readonly day: Span; readonly assets: BilledAssets }[],
  ): Promise<{ sums: BillSums; read: BillSummary[] }> {
    const keys = new Set(days.flatMap(({ assets }) => assets.keys()));
    const sums = new BillSums(
      keys,
      days.map(({ day }) => day),
    );
    const read: BillSummary[] = [];
    for (const file of this.#options.files) {
      const summary = await readBill(file, (line) => sums.add(line));
      const other = read.find(({ format }) => format !== summary.format);
      if (other) {
        throw new BillError(
          `--bill: ${other.file} is ${other.format}, ${summary.file} is ${summary.format}: the same lines could be in both`,
          'audit one format at a time',
        );
      }
      read.push(summary);
    }
    return { sums, read };
  }
}

/** @param leftOut of the bill, by reason */
function auditOf(result: BillDay, lastRun: string, leftOut: readonly string[]): Audit {
  const comparison = new Comparison(null);
  if (result.skipped !== null) comparison.undetermined(result.skipped);
  for (const resolution of result.resolutions ?? []) comparison.compared(resolution);
  for (const found of result.differences) comparison.addDifference(found);
  for (const { key, description } of result.missing) comparison.addMissing(key, description);
  if (result.skipped === null) {
    comparison.remark(
      `${result.compared} assets compared with the bill by ${metricNames[result.metric]}`,
    );
  }
  for (const note of result.notes) comparison.remark(note);
  for (const one of leftOut) comparison.remark(`left out of the bill: ${one}`);
  return comparison.audit(result.day, 'AuditAssetReconciliation', lastRun);
}

function summaryText({ file, format, rows }: BillSummary): string {
  return `${file}: ${format}, ${rows} ${rows === 1 ? 'line' : 'lines'}`;
}
