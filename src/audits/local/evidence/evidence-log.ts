import type { CostRequest } from '../../../costs/requests.ts';
import { bothSinks, type CostSource } from '../../../costs/responses.ts';
import type { Span } from '../../../time.ts';
import type { Audit } from '../../schema.ts';
import type { AuditWindow, RowCollector } from '../audit-window.ts';
import type { NodePrice } from '../node-price.ts';
import type { WindowLook, WindowResult } from '../run.ts';
import type {
  AnswerFact,
  NodeAsset,
  NodeUse,
  PerResource,
  ResourceName,
  WindowEvidence,
  WindowSummary,
} from './evidence.ts';
import { EvidenceCollector } from './evidence-collector.ts';
import { SummaryCollector } from './summary-collector.ts';

/** What is known of one window; null where its rows were not read. */
export interface CollectedWindow {
  readonly summary: WindowSummary | null;
  readonly evidence: WindowEvidence | null;
}

/** Evidence of all windows of a run: sums of each, objects and names of those that were read again. */
export class EvidenceLog {
  readonly summaries: WindowSummary[] = [];
  readonly evidence: WindowEvidence[] = [];
  readonly #cluster: string | null;
  readonly #first = new Map<number, SummaryCollector>();
  readonly #second = new Map<number, EvidenceCollector>();

  /** @param cluster only rows of this cluster; null: of all */
  constructor(cluster: string | null) {
    this.#cluster = cluster;
  }

  /** A reader of the rows of a window, for the first or the second look at it. */
  collect({ span, look, audits }: WindowLook): RowCollector {
    if (look === 'first') {
      const collector = new SummaryCollector(span, this.#cluster);
      this.#first.set(span.start, collector);
      return collector;
    }
    const collector = new EvidenceCollector(span, this.#cluster, suspects(audits));
    this.#second.set(span.start, collector);
    return collector;
  }

  /** Takes over what was collected of an evaluated window. @returns the same */
  windowDone({ window, second, audits }: WindowResult): CollectedWindow {
    const { start } = window.span;
    const answers = answersOf(window);
    const first = this.#first.get(start);
    const evidence = second === null ? first : this.#second.get(start);
    const summary = first?.summary ?? null;
    const sums = second === null ? overAllocatedNodes(window, audits) : {};
    const known = evidence ? { ...evidence.evidence(answers), ...sums } : null;
    if (summary) this.summaries.push(summary);
    if (known) this.evidence.push(known);
    this.#first.delete(start);
    this.#second.delete(start);
    return { summary, evidence: known };
  }
}

/**
 * Reads the allocations and assets of a window whose audits were computed elsewhere: two requests.
 *
 * @returns null where either of them cannot be read, so that nothing is concluded from the other
 */
export async function readEvidence(
  source: CostSource,
  span: Span,
  audits: readonly Audit[],
): Promise<{ evidence: WindowEvidence; summary: WindowSummary } | null> {
  const collector = new EvidenceCollector(span, null, suspects(audits));
  const summary = new SummaryCollector(span, null);
  const answers: AnswerFact[] = [];
  for (const request of ['allocations', 'assets'] as const) {
    const response = await source.fetch(request, span, () =>
      bothSinks(collector.sink(request) ?? {}, summary.sink(request) ?? {}),
    );
    if (!('content' in response)) return null;
    const { content: state, warning: reason } = response;
    answers.push({ request, path: pathOf(request), state, reason });
  }
  return { evidence: collector.evidence(answers), summary: summary.summary };
}

/** Containers that an audit named, as namespace/pod/container. */
function suspects(audits: readonly Audit[]): Set<string> {
  return new Set(
    audits
      .filter(({ type }) => type === 'CheckDuplicate')
      .flatMap(({ differences }) => differences.flatMap(({ key }) => key[0] ?? [])),
  );
}

/** Nodes that hold more than they have, from the sums of a window that need not be read again for them. */
function overAllocatedNodes(
  { input: { assets, allocations } }: AuditWindow,
  audits: readonly Audit[],
): Pick<WindowEvidence, 'nodes' | 'use'> {
  const names = new Set(
    audits
      .filter(({ type }) => type === 'CheckOverAllocation')
      .flatMap(({ differences }) => differences.map(({ key }) => key[0] ?? '')),
  );
  const nodes = [...names].flatMap((key) =>
    (assets.nodes.get(key) ?? []).map((price) => nodeOf(key, price)),
  );
  const use = [...names].flatMap((key) => useOf(key, allocations.node(key)));
  return { nodes, use };
}

function valuesOf(of: Readonly<Record<ResourceName, { readonly value: number }>>): PerResource {
  return { CPU: of.CPU.value, GPU: of.GPU.value, RAM: of.RAM.value };
}

function splitKey(key: string): { cluster: string; name: string } {
  const slash = key.indexOf('/');
  return { cluster: key.slice(0, slash), name: key.slice(slash + 1) };
}

function nodeOf(key: string, price: NodePrice): NodeAsset {
  return {
    ...splitKey(key),
    providerID: price.providerID,
    start: Number.NaN,
    end: Number.NaN,
    minutes: Number.NaN,
    cost: price.total.value,
    // costs are adjusted already
    adjustment: 0,
    discount: 0,
    hours: valuesOf(price.hours),
    costs: valuesOf(price.cost),
    nodeType: '',
    preemptible: 0,
  };
}

function useOf(
  key: string,
  use: ReturnType<AuditWindow['input']['allocations']['node']>,
): NodeUse[] {
  if (!use) return [];
  const of = (amounts: 'hours' | 'cost') =>
    valuesOf({ CPU: use.CPU[amounts], GPU: use.GPU[amounts], RAM: use.RAM[amounts] });
  return [
    {
      ...splitKey(key),
      rows: 0,
      hours: of('hours'),
      costs: of('cost'),
      adjustments: { CPU: use.CPU.adjustment, GPU: use.GPU.adjustment, RAM: use.RAM.adjustment },
      start: Number.NaN,
      end: Number.NaN,
      providerIDs: [],
      largest: {},
    },
  ];
}

function answersOf(window: AuditWindow): AnswerFact[] {
  return window.requests.flatMap((request): AnswerFact[] => {
    const response = window.response(request);
    if (response === undefined) return [];
    const path = pathOf(request);
    if ('content' in response) {
      return [{ request, path, state: response.content, reason: response.warning }];
    }
    const state = response.unsupported ? 'unsupported' : 'failed';
    return [{ request, path, state, reason: response.reason }];
  });
}

function pathOf(request: CostRequest): string {
  if (request === 'topline') return '/assets/topline';
  if (request === 'bills') return '/cloudCost';
  if (request === 'summary') return '/allocation/summary';
  return request.startsWith('assets') ? '/assets' : '/allocation';
}
