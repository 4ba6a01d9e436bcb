import { type Billing, integrationsOf } from './billing.ts';
import type { DayEvidence, NodeGroup } from './day-evidence.ts';
import type { NodeCounts } from './node-counts.ts';
import type { ReconciliationEvidence } from './schema.ts';

interface Circumstances {
  readonly unsupported: string | null;
  readonly billing: Billing;
}

/** The facts behind a state, each with the endpoint that shows it. */
export function evidenceOf(
  day: DayEvidence,
  group: NodeGroup,
  counts: NodeCounts,
  { unsupported, billing }: Circumstances,
): ReconciliationEvidence[] {
  const evidence: ReconciliationEvidence[] = [];
  const add = (source: string, fact: string) => evidence.push({ fact, source });
  if (group.virtual > 0) {
    add('/assets', `${group.virtual} virtual nodes left out: they have no bill line of their own`);
  }
  if (unsupported !== null) {
    add('product', unsupported);
    return evidence;
  }
  const { nodes, withBill, applied, outdated, adjusted, comparable, notFollowing } = counts;
  if (day.bills === null) add('/cloudCost', 'the server has no cloud costs');
  else {
    add('/cloudCost', `${withBill} of ${nodes} nodes have a bill line`);
    add('/cloudCost, /assets', `${applied} of ${nodes} nodes cost what their bill line says`);
    if (outdated > 0) {
      add(
        '/cloudCost, /assets',
        `adjusted, but not to their bill line: ${outdated} of ${nodes} nodes`,
      );
    }
  }
  add('/assets', `${adjusted} of ${nodes} nodes have an adjustment`);
  const hasNetwork = day.networkAssets.has(group.cluster);
  add('/assets', hasNetwork ? 'Network assets exist' : 'no Network assets');
  if (comparable > 0) {
    const follow = comparable - notFollowing;
    add('/allocation', `the allocations of ${follow} of ${comparable} adjusted nodes are adjusted`);
  } else if (day.allocationsFailure !== null) add('/allocation', day.allocationsFailure);
  for (const [store, { reconciled, error }] of day.events) {
    if (reconciled !== null) add('/etl/log', `${store} set reconciled at ${toSecond(reconciled)}`);
    if (error !== null && error > (reconciled ?? '')) {
      add('/etl/log', `reconciliation of the ${store} set failed at ${toSecond(error)}`);
    }
  }
  if (day.eventsFailure !== null) {
    add('/etl/log', `the event log could not be read: ${day.eventsFailure}`);
  }
  addIntegrations(group.provider, billing, add);
  return evidence;
}

function toSecond(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

function addIntegrations(
  provider: string,
  billing: Billing,
  add: (source: string, fact: string) => void,
): void {
  if (billing.integrations === null) return;
  const own = integrationsOf(provider, billing);
  if (own.length === 0) add('/cloudCost/status', 'no billing integration is configured');
  for (const { coverage, connection } of own) {
    const parts = [coverage && `covers ${coverage}`, connection].filter((part) => part !== '');
    add('/cloudCost/status', `integration: ${parts.join(', ') || 'configured'}`);
  }
}
