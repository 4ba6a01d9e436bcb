import type {
  NodeAsset,
  NodeUse,
  ResourceName,
  WindowEvidence,
  WindowSummary,
} from '../audits/local/evidence/evidence.ts';
import type { Audit } from '../audits/schema.ts';
import { notSettled } from '../audits/types.ts';
import { day, formatTime } from '../time.ts';
import { defaultSeverity } from './codes.ts';
import type { DiagnosisFacts } from './context.ts';
import { type Draft, type DraftInput, draft } from './draft.ts';
import { Ledger } from './ledger.ts';

export const resources: readonly ResourceName[] = ['CPU', 'RAM', 'GPU'];

/** Node rows of at most so many minutes and no cost are left over from the day before. */
const residueMinutes = 5;

/** One window under diagnosis: its audits, what is known of its objects, and the findings so far. */
export class Day {
  readonly window: Audit['window'];
  readonly start: number;
  readonly end: number;
  readonly audits: readonly Audit[];
  readonly evidence: WindowEvidence | null;
  readonly context: DiagnosisFacts;
  readonly ledger: Ledger;
  readonly drafts: Draft[] = [];
  /** Set by a finding after which nothing of this day is worth a further look. */
  closed = false;
  readonly #assets = new Map<string, NodeAsset[]>();
  readonly #use = new Map<string, NodeUse>();

  constructor(audits: readonly Audit[], window: Audit['window'], context: DiagnosisFacts) {
    this.window = window;
    this.start = Date.parse(window.start);
    this.end = Date.parse(window.end);
    this.audits = audits;
    this.context = context;
    this.evidence =
      context.evidence.find(({ start, end }) => start === this.start && end === this.end) ?? null;
    this.ledger = new Ledger(audits);
    for (const node of this.evidence?.nodes ?? []) {
      if (node.cost === 0 && node.minutes <= residueMinutes) continue;
      const key = `${node.cluster}/${node.name}`;
      this.#assets.set(key, [...(this.#assets.get(key) ?? []), node]);
    }
    for (const use of this.evidence?.use ?? []) this.#use.set(`${use.cluster}/${use.name}`, use);
  }

  /** The day as people write it; start and end where the window is no day. */
  get date(): string {
    const isDay = this.end - this.start === day && this.start % day === 0;
    return isDay ? this.window.start.slice(0, 10) : `${this.window.start} to ${this.window.end}`;
  }

  /** Node rows with data, by `cluster/node`. */
  assets(key: string): readonly NodeAsset[] {
    return this.#assets.get(key) ?? [];
  }

  get assetNodes(): ReadonlyMap<string, readonly NodeAsset[]> {
    return this.#assets;
  }

  use(key: string): NodeUse | undefined {
    return this.#use.get(key);
  }

  /** The `cluster/node` of a key: Kubecost's own audits name the node alone. */
  nodeKey(key: string): string {
    if (this.#use.has(key) || this.#assets.has(key)) return key;
    const named = [...this.#use.keys(), ...this.#assets.keys()].find(
      (known) => known.slice(known.indexOf('/') + 1) === key,
    );
    return named ?? key;
  }

  /** Adds a finding of this window. */
  add(input: DraftInput): Draft {
    const { code, variant = null } = input;
    // without evidence only the pattern of the differences is known
    const known = this.evidence === null ? { ...input, confidence: 'possible' as const } : input;
    const added = draft(known, input.severity ?? defaultSeverity(code, variant ?? null));
    this.drafts.push(added);
    return added;
  }

  /** Audits that could not be evaluated because of the data, not because of time or product. */
  get blocked(): readonly Audit[] {
    return this.audits.filter(
      ({ status, description }) =>
        status === 'Skipped' &&
        !description.startsWith(notSettled) &&
        !unsupported.test(description),
    );
  }

  /** Lists audits that could not be evaluated under a finding, unless another one has them. */
  block(by: Draft, matches: (audit: Audit) => boolean = () => true): void {
    for (const audit of this.blocked) {
      const taken = this.drafts.some(({ blocks }) => blocks.includes(audit.type));
      if (!taken && matches(audit)) by.blocks.push(audit.type);
    }
  }

  /** Facts about errors of the pipeline in this window, of kinds that match. */
  errorFacts(kind: RegExp): Draft['facts'] {
    return this.context.errors
      .filter((event) => event.window.start === this.window.start && kind.test(event.kind))
      .map((event) => ({ fact: `${event.kind} at ${event.time}`, source: '/etl/log' }));
  }

  get summary(): WindowSummary | undefined {
    return this.context.summaries.find(({ start }) => start === this.start);
  }

  /** What the window cost in a cluster, as its assets show it; null where that is not known. */
  assetsOf(cluster: string | null): number | null {
    const { summary } = this;
    if (!summary || summary.clusters.size === 0) return null;
    if (cluster !== null) return summary.clusters.get(cluster)?.assets ?? null;
    return [...summary.clusters.values()].reduce((sum, { assets }) => sum + assets, 0);
  }

  /** What a node cost a minute on the nearest other window that has it; null where none has. */
  pricePerMinute(key: string, providerID: string): { price: number; on: string } | null {
    const known = this.context.summaries
      .filter(({ start }) => start !== this.start)
      .flatMap(({ start, nodes }) => {
        const node = nodes.get(key);
        const same = node && (providerID === '' || node.providerID === providerID);
        return same && node.minutes > 60 ? [{ start, price: node.cost / node.minutes }] : [];
      })
      .sort((a, b) => Math.abs(a.start - this.start) - Math.abs(b.start - this.start));
    const [nearest] = known;
    return nearest ? { price: nearest.price, on: formatTime(nearest.start).slice(0, 10) } : null;
  }
}

/** Reasons that name what a product does not have. */
const unsupported =
  /^(OpenCost (keeps|cannot|does not|reconciles)|hourly sets are not|the server has no bills)/;
