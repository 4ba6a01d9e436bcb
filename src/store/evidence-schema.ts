import { z } from 'zod';
import type { WindowEvidence } from '../audits/local/evidence/evidence.ts';

/** A number; JSON has no NaN, which stands for an amount that is not known. */
export const numberOrNaN = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const number = numberOrNaN;
const text = z.string();
const perResource = z.object({ CPU: number, GPU: number, RAM: number });
const largest = z.object({ name: text, hours: number, cost: number });
const store = z.enum(['allocations', 'assets']);
const rowCount = z.object({ rows: number, residue: number, synthetic: number });

const nodeAsset = z.object({
  ...{ cluster: text, name: text, providerID: text, start: number, end: number, minutes: number },
  ...{ cost: number, adjustment: number, discount: number },
  ...{ hours: perResource, costs: perResource, nodeType: text, preemptible: number },
});

const nodeUse = z.object({
  ...{ cluster: text, name: text, rows: number, hours: perResource, costs: perResource },
  ...{ adjustments: perResource, start: number, end: number, providerIDs: z.array(text) },
  largest: z
    .object({ CPU: largest, GPU: largest, RAM: largest })
    .partial()
    .transform(({ CPU, GPU, RAM }) => ({
      ...(CPU && { CPU }),
      ...(GPU && { GPU }),
      ...(RAM && { RAM }),
    })),
});

const diskAsset = z.object({
  ...{ cluster: text, name: text, volume: text, claim: text, claimNamespace: text },
  ...{ providerID: text, minutes: number, cost: number, adjustment: number },
});

const volumeUse = z.object({
  ...{ cluster: text, name: text, cost: number, adjustment: number, byteHours: number },
  ...{ pods: number, pod: text, namespace: text },
  unmounted: z.enum(['no', 'claimed', 'unclaimed']),
});

const balancerAsset = z.object({
  ...{ cluster: text, name: text, providerID: text, minutes: number },
  ...{ cost: number, adjustment: number },
});

const balancerUse = z.object({
  ...{ cluster: text, namespace: text, service: text, cost: number, adjustment: number },
});

const clusterFacts = z.object({
  ...{ name: text, assets: number, assetRows: number, workloads: number, workloadRows: number },
  ...{ network: number, networkAssets: number },
  networkAdjustment: z.object({ allocations: number, assets: number }),
});

const containerRow = z.object({
  ...{ row: text, cluster: text, node: text, namespace: text, pod: text, container: text },
  ...{ controller: text, controllerKind: text, start: number, end: number, cost: number },
  ...{ hours: perResource, peer: text.nullable() },
});

const invalidRow = z.object({
  ...{ row: text, store, fields: z.array(text), missing: z.boolean(), cluster: text, node: text },
  hours: perResource,
});

const unplacedRows = z.object({
  ...{ store, property: z.enum(['cluster', 'node']), rows: number, cost: number, first: text },
});

const answerFact = z.object({
  ...{ request: text, path: text, reason: text.nullable() },
  state: z.enum(['rows', 'empty', 'none', 'failed', 'unsupported']),
});

/** What a diagnosis knows about one window besides its audits, as an AuditStore keeps it. */
export const evidenceSchema = z.object({
  ...{ start: number, end: number, answers: z.array(answerFact) },
  ...{ allocations: rowCount, assets: rowCount },
  ...{ nodes: z.array(nodeAsset), use: z.array(nodeUse), disks: z.array(diskAsset) },
  volumes: z.array(volumeUse).nullable(),
  loadBalancers: z.array(balancerAsset),
  balanced: z.array(balancerUse).nullable(),
  ...{ clusters: z.array(clusterFacts), containers: z.array(containerRow) },
  ...{ invalid: z.array(invalidRow), unplaced: z.array(unplacedRows) },
}) satisfies z.ZodType<WindowEvidence>;
