import type {
  ContainerRow,
  NodeAsset,
  NodeUse,
  WindowEvidence,
} from '../../src/audits/local/evidence/evidence.ts';
import type { DiagnosisContext } from '../../src/diagnosis/context.ts';

export const dayStart = Date.UTC(2026, 10, 23);
const dayLength = 86_400_000;

/** The window of a day, counted from {@link dayStart}. */
export function window(offset = 0): { start: string; end: string } {
  const text = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const start = dayStart + offset * dayLength;
  return { start: text(start), end: text(start + dayLength) };
}

const none = { CPU: 0, GPU: 0, RAM: 0 };

/** A node that was recorded all day, at a cost of 2. */
export function nodeAsset(differing: Partial<NodeAsset> = {}): NodeAsset {
  return {
    cluster: 'c1',
    name: 'n1',
    providerID: 'i-1',
    start: dayStart,
    end: dayStart + dayLength,
    minutes: 1440,
    cost: 2,
    adjustment: 0,
    discount: 0,
    hours: { CPU: 96, GPU: 0, RAM: 1e11 },
    costs: { CPU: 1.5, GPU: 0, RAM: 0.5 },
    nodeType: 'm5.xlarge',
    preemptible: 0,
    ...differing,
  };
}

/** Workloads that ran on it all day, at a cost of 1. */
export function nodeUse(differing: Partial<NodeUse> = {}): NodeUse {
  return {
    cluster: 'c1',
    name: 'n1',
    rows: 5,
    hours: { CPU: 48, GPU: 0, RAM: 5e10 },
    costs: { CPU: 0.75, GPU: 0, RAM: 0.25 },
    adjustments: none,
    start: dayStart,
    end: dayStart + dayLength,
    providerIDs: [],
    largest: { CPU: { name: 'ns/pod/container', hours: 20, cost: 0.3 } },
    ...differing,
  };
}

/** A container that ran all day, as the evidence keeps it where it is suspected of being counted twice. */
export function containerRow(differing: Partial<ContainerRow> = {}): ContainerRow {
  return {
    row: 'c1/n1/shop/web-1/main',
    cluster: 'c1',
    node: 'n1',
    namespace: 'shop',
    pod: 'web-1',
    container: 'main',
    controller: 'web',
    controllerKind: 'deployment',
    start: dayStart,
    end: dayStart + dayLength,
    cost: 0.1,
    hours: { CPU: 24, GPU: 0, RAM: 1e9 },
    peer: null,
    ...differing,
  };
}

/** A window with one node and its workloads. */
export function evidence(differing: Partial<WindowEvidence> = {}): WindowEvidence {
  return {
    start: dayStart,
    end: dayStart + dayLength,
    answers: [
      { request: 'allocations', path: '/allocation', state: 'rows', reason: null },
      { request: 'assets', path: '/assets', state: 'rows', reason: null },
    ],
    allocations: { rows: 5, residue: 0, synthetic: 0 },
    assets: { rows: 3, residue: 0, synthetic: 0 },
    nodes: [nodeAsset()],
    use: [nodeUse()],
    disks: [],
    volumes: [],
    loadBalancers: [],
    balanced: [],
    clusters: [],
    containers: [],
    invalid: [],
    unplaced: [],
    ...differing,
  };
}

export function context(differing: Partial<DiagnosisContext> = {}): DiagnosisContext {
  return {
    product: 'kubecost-2',
    now: dayStart + 3 * dayLength,
    retention: null,
    connection: [],
    evidence: [evidence()],
    summaries: [],
    errors: [],
    ...differing,
  };
}
