import type { InvalidRow } from '../../audits/local/evidence/evidence.ts';
import { amountText } from '../amount-text.ts';
import { type Day, resources } from '../day.ts';
import { objectOf, type Store } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { adjustedCosts } from '../node-costs.ts';
import { codesOf, detailsOf } from './responses-and-days.ts';

/** Rows that cannot be read as they are. */
export function rows(day: Day): void {
  invalidCosts(day);
  negativeCosts(day);
  malformedRows(day);
  unplacedRows(day);
}

/** Items under the first part of their keys: all fields of a row are one finding. */
function byRow(items: readonly Item[]): Map<string, Item[]> {
  const grouped = new Map<string, Item[]>();
  for (const item of items) {
    const row = item.key[0] ?? '';
    grouped.set(row, [...(grouped.get(row) ?? []), item]);
  }
  return grouped;
}

const fieldNames = new Map([
  ['cpuCost', 'CPU cost'],
  ['ramCost', 'RAM cost'],
  ['gpuCost', 'GPU cost'],
  ['pvCost', 'volume cost'],
  ['totalCost', 'total cost'],
]);

function invalidCosts(day: Day): void {
  for (const [row, items] of byRow(day.ledger.open('CheckNullCost'))) {
    const fields = items.map(({ key }) => key[1] ?? '').filter((field) => field !== '');
    // the total is not a number because a part of it is not
    const parts = fields.length > 1 ? fields.filter((field) => field !== 'totalCost') : fields;
    const known = day.evidence?.invalid.find((invalid) => invalid.row === row);
    const lost = known ? estimateOf(known, parts, day) : null;
    const store = storeOf(row, known);
    const finding = day.add({
      code: 'cost-not-a-number',
      variant: items.every((item) => codesOf(item).includes('missing')) ? 'absent' : null,
      object: objectOf('row', row, {
        cluster: known?.cluster ?? null,
        details: { node: known?.node ?? '' },
      }),
      reason: store,
      wrong: [store],
      amount: lost === null ? null : -lost,
      basis: lost === null ? 'unknown' : 'estimated',
      effect: {
        workloads: store === 'allocations' ? (lost === null ? null : -lost) : 0,
        assets: store === 'assets' ? (lost === null ? null : -lost) : 0,
      },
      values: {
        row,
        label: labelOf(row),
        store: endpointOf(store),
        field: parts.map((field) => fieldNames.get(field) ?? field).join(' and '),
      },
      facts: [
        {
          fact: `${fields.join(', ')} of ${row}: ${detailsOf(items[0] ?? null).join('; ')}`,
          source: 'CheckNullCost',
        },
        ...(lost === null
          ? []
          : [
              {
                fact: `its hours at the price of the node cost ${amountText(lost)}`,
                source: '/assets',
              },
            ]),
      ],
    });
    for (const item of items) item.propose(finding);
    day.block(finding, ({ description }) => description.includes(row));
    day.block(finding, ({ description }) => /not known|no hours|null|NaN/.test(description));
  }
}

/** What the fields of a row should be: its hours at the prices of its node. */
function estimateOf(row: InvalidRow, fields: readonly string[], day: Day): number | null {
  const nodes = day.assets(`${row.cluster}/${row.node}`);
  let sum = 0;
  for (const resource of resources) {
    if (!fields.includes(`${resource.toLowerCase()}Cost`)) continue;
    const hours = nodes.reduce((total, node) => total + node.hours[resource], 0);
    const cost = nodes.reduce((total, node) => total + adjustedCosts(node)[resource], 0);
    if (!(hours > 0)) return null;
    sum += (cost / hours) * row.hours[resource];
  }
  return Number.isFinite(sum) && sum > 0 ? sum : null;
}

function negativeCosts(day: Day): void {
  for (const [row, items] of byRow(day.ledger.open('CheckNegativeCost'))) {
    const amount = items.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
    const store = storeOf(row, undefined);
    const finding = day.add({
      code: 'negative-cost',
      object: objectOf('row', row, { cluster: clusterOfRow(row) }),
      reason: store,
      wrong: [store],
      amount,
      effect:
        store === 'assets'
          ? { workloads: 0, idle: 0, assets: amount, bill: null }
          : { workloads: amount, idle: null, assets: 0, bill: null },
      values: {
        row,
        label: labelOf(row),
        store: endpointOf(store),
        field: items[0]?.key[1] ?? 'cost',
        value: `-${amountText(amount)}`,
      },
      facts: items.map((item) => ({
        fact: `${item.key.join(' ')} is ${item.delta ?? 'unknown'}`,
        source: 'CheckNegativeCost',
      })),
    });
    for (const item of items) item.propose(finding);
    for (const item of day.ledger.open('CheckRowWindow'))
      if (item.key[0] === row) item.propose(finding);
  }
}

function malformedRows(day: Day): void {
  const types = ['CheckAllocationSum', 'CheckAssetSum', 'CheckRowWindow'] as const;
  for (const [row, items] of byRow(day.ledger.open(...types))) {
    const [first] = items;
    const isWindow = first?.audit.type === 'CheckRowWindow';
    const store = storeOf(row, undefined);
    const amount = isWindow ? null : items.reduce((sum, { delta }) => sum + (delta ?? 0), 0);
    const leftOut = items.some((item) => codesOf(item).some((code) => /adjustment/.test(code)));
    const finding = day.add({
      code: 'malformed-row',
      variant: isWindow ? 'window' : leftOut ? 'adjustments-left-out' : null,
      object: objectOf('row', row, { cluster: clusterOfRow(row) }),
      reason: store,
      wrong: [store],
      amount,
      effect: { workloads: null, idle: null, assets: null },
      values: {
        row,
        label: labelOf(row),
        first: row,
        store: endpointOf(store),
        contradiction:
          items.flatMap(detailsOf)[0] ??
          `totalCost differs from its parts by ${amountText(amount ?? 0)}`,
      },
      facts: items.map((item) => ({
        fact: detailsOf(item).join('; ') || `differs by ${item.delta}`,
        source: item.audit.type,
      })),
    });
    for (const item of items) item.propose(finding);
  }
}

function unplacedRows(day: Day): void {
  for (const { store, property, rows: count, cost, first } of day.evidence?.unplaced ?? []) {
    if (cost === 0) continue;
    const blocked = day.blocked.filter(({ description }) =>
      /does not say|no cluster|without a? ?(cluster|node)|not known to which/.test(description),
    );
    const missing = property === 'cluster' ? itemsWithoutCluster(day) : [];
    if (blocked.length + missing.length === 0) continue;
    const finding = day.add({
      code: 'rows-unplaced',
      object: objectOf('slice', `${store} without ${property}`),
      reason: store,
      amount: cost,
      effect: { workloads: null, idle: null, assets: null },
      values: { rows: count, first, property, amount: amountText(cost) },
      facts: [{ fact: `${count} rows of ${store} name no ${property}`, source: endpointOf(store) }],
    });
    for (const item of missing) item.propose(finding);
    day.block(finding, (audit) => blocked.includes(audit));
  }
}

/** Differences of rows that name no cluster. */
function itemsWithoutCluster(day: Day): Item[] {
  return day.ledger.open('AuditClusterEquality').filter(({ key }) => key[0] === '');
}

function storeOf(
  row: string,
  known: InvalidRow | undefined,
): Extract<Store, 'assets' | 'allocations'> {
  return known?.store ?? (row.split('/').length > 6 ? 'assets' : 'allocations');
}

function endpointOf(store: string): string {
  return store === 'assets' ? 'assets' : 'allocation';
}

/** The row as people name it: a container without its cluster and node. */
function labelOf(row: string): string {
  const parts = row.split('/');
  return parts.length === 5 ? parts.slice(2).join('/') : row;
}

/** The keys of allocations begin with the cluster. */
function clusterOfRow(row: string): string | null {
  const parts = row.split('/');
  return parts.length === 5 ? (parts[0] ?? null) : null;
}
