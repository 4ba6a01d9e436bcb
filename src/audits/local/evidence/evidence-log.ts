import type { CostRequest } from '../../../costs/requests.ts';
import type { Audit } from '../../schema.ts';
import type { AuditWindow, RowCollector } from '../audit-window.ts';
import type { WindowLook, WindowResult } from '../run.ts';
import { EvidenceCollector, SummaryCollector } from './collectors.ts';
import type { AnswerFact, WindowEvidence, WindowSummary } from './evidence.ts';

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

  /** Takes over what was collected of an evaluated window. */
  windowDone({ window, second }: Pick<WindowResult, 'window' | 'second'>): void {
    const { start } = window.span;
    const answers = answersOf(window);
    const first = this.#first.get(start);
    const evidence = second === null ? first : this.#second.get(start);
    if (first) this.summaries.push(first.summary);
    if (evidence) this.evidence.push(evidence.evidence(answers));
    this.#first.delete(start);
    this.#second.delete(start);
  }
}

/** Containers that an audit named, as namespace/pod/container. */
function suspects(audits: readonly Audit[]): Set<string> {
  return new Set(
    audits
      .filter(({ type }) => type === 'CheckDuplicate')
      .flatMap(({ differences }) => differences.flatMap(({ key }) => key[0] ?? [])),
  );
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
