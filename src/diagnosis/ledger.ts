import { resolutionOf } from '../audits/difference.ts';
import type { Audit, Difference, MissingValue } from '../audits/schema.ts';
import type { DetectingType } from './codes/code.ts';
import type { Draft } from './draft.ts';

/** A part of a difference that a finding accounts for; null where it has no amount. */
export interface Claim {
  readonly draft: Draft;
  readonly part: string | null;
  readonly amount: number | null;
}

/** One difference or missing value of an audit, with the findings that claim parts of it. */
export class Item {
  readonly audit: Audit;
  readonly found: Difference | MissingValue;
  /** Null where it is a missing value, or an amount is not known. */
  readonly delta: number | null;
  /** The signed amounts that the audit splits the delta into, by their names. */
  readonly parts: ReadonlyMap<string, number>;
  /** Of the difference; 0 where it is a missing value. */
  readonly resolution: number;
  readonly #proposals: Claim[] = [];
  readonly #errors: Map<Draft, number>;

  /** @param errors of the amounts of findings; shared by the items of a window */
  constructor(audit: Audit, found: Difference | MissingValue, errors: Map<Draft, number>) {
    this.audit = audit;
    this.found = found;
    this.delta = 'delta' in found ? found.delta : null;
    this.parts = partsOf(found);
    this.resolution = 'delta' in found ? resolutionOf(found, audit) : 0;
    this.#errors = errors;
  }

  get key(): readonly string[] {
    return this.found.key;
  }

  /** What findings proposed to account for, in order. */
  get proposals(): readonly Claim[] {
    return this.#proposals;
  }

  get isClaimed(): boolean {
    return this.#proposals.length > 0;
  }

  /** Whether a finding proposed to account for all of it. */
  get isWhollyClaimed(): boolean {
    return this.#proposals.some(({ part, amount }) => part === null && amount === null);
  }

  /**
   * Proposes that a finding accounts for an amount of one part, or of the whole.
   *
   * @param amount null: for all that earlier findings leave
   */
  propose(draft: Draft, amount: number | null = null, part: string | null = null): void {
    this.#errors.set(draft, Math.max(this.#errors.get(draft) ?? 0, this.resolution));
    this.#proposals.push({ draft, part, amount });
  }

  /**
   * Claims in the order of their proposals, and what they leave by part. Amounts of one part that add
   * up to it are claimed in full, whatever their signs; else each takes no more than is left, so that
   * claims and remainder always add up to the delta.
   */
  settle(): { readonly claims: readonly Claim[]; readonly left: ReadonlyMap<string, number> } {
    if (this.delta === null) {
      return {
        claims: this.#proposals.map((claim) => ({ ...claim, amount: null })),
        left: new Map(),
      };
    }
    const left = new Map(this.parts);
    const fits = this.#fittingParts();
    const claims = this.#proposals.map((proposal): Claim => {
      const parts = proposal.part === null ? [...left.keys()] : [proposal.part];
      let wanted = proposal.amount;
      let amount = 0;
      for (const part of parts) {
        const available = left.get(part) ?? 0;
        const share = fits.has(part) ? (wanted ?? available) : within(wanted, available);
        left.set(part, available - share);
        amount += share;
        if (wanted !== null) wanted -= share;
      }
      return { ...proposal, amount };
    });
    return { claims, left };
  }

  /**
   * What rounding can leave of the item beside claims: its own resolution, and for each claim that of the
   * least exact difference that the amount of its finding may come from.
   */
  errorOf(claims: readonly Claim[]): number {
    return claims.reduce((sum, { draft }) => sum + (this.#errors.get(draft) ?? 0), this.resolution);
  }

  /** Parts whose proposals, each about this part alone, add up to it. */
  #fittingParts(): ReadonlySet<string> {
    const fitting = new Set<string>();
    for (const [part, amount] of this.parts) {
      const proposals = this.#proposals.filter((proposal) => proposal.part === part);
      if (this.#proposals.some((proposal) => proposal.part === null)) continue;
      const sum = proposals.reduce((total, proposal) => total + (proposal.amount ?? amount), 0);
      if (Math.abs(sum - amount) <= this.errorOf(proposals)) fitting.add(part);
    }
    return fitting;
  }
}

/** No more than is available, and nothing of the other sign. */
function within(wanted: number | null, available: number): number {
  if (wanted === null) return available;
  if (Math.sign(wanted) !== Math.sign(available)) return 0;
  return Math.abs(wanted) < Math.abs(available) ? wanted : available;
}

/** The whole of a difference that its audit does not split. */
export const wholePart = 'all';

function partsOf(found: Difference | MissingValue): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  if (!('delta' in found) || found.delta === null) return parts;
  let rest = found.delta;
  for (const { code, amount } of found.causes ?? []) {
    if (amount === null || code === 'unexplained') continue;
    parts.set(code, (parts.get(code) ?? 0) + amount);
    rest -= amount;
  }
  // what rounding leaves stays with a part of its own, so that parts add up to the delta
  if (rest !== 0 || parts.size === 0) parts.set(wholePart, rest);
  return parts;
}

/** The differences and missing values of one window. */
export class Ledger {
  readonly items: readonly Item[];

  constructor(audits: readonly Audit[]) {
    const errors = new Map<Draft, number>();
    this.items = audits
      .filter(({ status }) => status === 'Failed' || status === 'Warning' || status === 'Skipped')
      .flatMap((audit) =>
        [...audit.differences, ...audit.missing].map((found) => new Item(audit, found, errors)),
      );
  }

  of(...types: readonly DetectingType[]): Item[] {
    return this.items.filter(({ audit }) => types.some((type) => type === audit.type));
  }

  /** Those that no finding has proposed to account for. */
  open(...types: readonly DetectingType[]): Item[] {
    return this.of(...types).filter((item) => !item.isClaimed);
  }
}
