import type { AuditType } from '../../audits/types.ts';

export const severities = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** Products whose findings need different next steps. */
export const productLines = ['kubecost-1', 'kubecost-2', 'kubecost-3', 'opencost'] as const;
export type ProductLine = (typeof productLines)[number];

export const kubecostOnly: readonly ProductLine[] = ['kubecost-1', 'kubecost-2', 'kubecost-3'];
export const withEtl: readonly ProductLine[] = ['kubecost-1', 'kubecost-2'];

/**
 * One step that confirms a finding. `{name}` stands for a value of the finding; it is quoted as the
 * language of the command needs it.
 */
export type Confirm = { readonly text: string; readonly products?: readonly ProductLine[] } & (
  | { /** A shell command. */ readonly command: string }
  | { /** PromQL, evaluated at the end of the window. */ readonly promql: string }
  | {
      /** Path and query of a request; `{window}` is the window. */
      readonly api: string;
      /** A jq program for its response. */
      readonly jq?: string;
    }
);

export interface Action {
  readonly text: string;
  /**
   * Whether it tells to rebuild data of the window. Such advice is given only beside the requests that do
   * it: on products that can, for windows whose metrics still exist.
   */
  readonly rebuilds?: true;
  readonly products?: readonly ProductLine[];
}

/** The stores of a repair, in the order in which they have to be rebuilt. */
export type RepairStore = 'asset' | 'allocation' | 'cloudCost';

export interface Variant {
  /** Where the title of the code does not fit. */
  readonly title?: string;
  /** Where the code's title of several objects does not fit. */
  readonly titleMany?: string;
  readonly meaning: string;
  readonly severity?: Severity;
  readonly legal?: boolean;
  /** In place of those of the code. */
  readonly confirm?: readonly Confirm[];
  readonly actions?: readonly Action[];
}

/** Audits that a finding can make fail. */
export type DetectingType = AuditType;

/** What is known about a kind of finding, whatever object it is about. */
export interface CodeInfo {
  readonly severity: Severity;
  /** Whether no number is wrong: an audit that differs for such reasons alone is a Warning. */
  readonly legal: boolean;
  /** One sentence with `{name}` for values of the finding. */
  readonly title: string;
  /** The same for several objects; `{count}` is their number. */
  readonly titleMany: string;
  readonly meaning: string;
  /** What users can rely on nevertheless; null where nothing is. */
  readonly right: string | null;
  /**
   * Audits that fail by it, or warn where it is legal. Where empty, audits are skipped because of it,
   * or no audit is concerned.
   */
  readonly detectedBy: readonly DetectingType[];
  readonly variants: Readonly<Record<string, Variant>>;
  readonly confirm: readonly Confirm[];
  readonly actions: readonly Action[];
  /** Repairs that mend the day, in order; empty where none does. Kubecost 1.x and 2.x only. */
  readonly repair: readonly RepairStore[];
  /** Public issues, pull requests and pages: `opencost/opencost#1301`. */
  readonly references: readonly string[];
  readonly products: readonly ProductLine[];
}
