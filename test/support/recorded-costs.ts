import { readFileSync } from 'node:fs';
import { manifestName, manifestSchema } from '../../src/kubecost/record/manifest.ts';
import type { Folder } from './folder.ts';

/** A recorded response with its request. */
export interface RecordedResponse {
  readonly file: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** A cost in a recorded response: where it is in the JSON, and in which row. */
export interface RecordedCost {
  readonly response: RecordedResponse;
  readonly at: readonly string[];
  readonly field: string;
  readonly row: Readonly<Record<string, unknown>>;
  /** How many decimals its endpoint prints. */
  readonly decimals: 5 | 6;
}

/** The responses of a recording that have a body; of a request that was sent twice, the first one. */
export function responsesOf(directory: Folder): RecordedResponse[] {
  const manifest = manifestSchema.parse(
    JSON.parse(readFileSync(directory.at(manifestName), 'utf8')),
  );
  const seen = new Set<string>();
  return manifest.answers.flatMap(({ file, path, params }) => {
    const request = JSON.stringify([path, params]);
    if (file === null || seen.has(request)) return [];
    seen.add(request);
    return [{ file, path, params }];
  });
}

const costField = /Cost$|CostAdjustment$|^adjustment$/;
/** Parts of networkCost, which rows of single containers alone are compared with. */
const networkPart = /^network(CrossZone|CrossRegion|Internet|NatGateway(Egress|Ingress))Cost$/;
/** Parts of a row that say how its costs came about, and are no costs of their own. */
const nested = new Set([
  ...['pvs', 'lbAllocations', 'properties', 'labels', 'breakdown', 'rawAllocationOnly'],
  ...['proportionalAssetResourceCosts', 'sharedCostBreakdown', 'gpuAllocation', 'window'],
]);

/** Every cost of a response that is a number. */
export function costsOf(response: RecordedResponse, text: string): RecordedCost[] {
  const decimals = response.path.startsWith('/assets') ? 6 : 5;
  const found: RecordedCost[] = [];
  const visit = (value: unknown, at: readonly string[]) => {
    if (typeof value !== 'object' || value === null) return;
    const row = value as Readonly<Record<string, unknown>>; // an object of JSON
    for (const [field, child] of Object.entries(row)) {
      if (nested.has(field)) continue;
      const here = [...at, field];
      if (typeof child !== 'number') visit(child, here);
      else if (networkPart.test(field) && response.params['aggregate'] !== undefined) continue;
      else if (costField.test(field) && child !== 0)
        found.push({ response, at: here, field, row, decimals });
    }
  };
  visit(JSON.parse(text), []);
  return found;
}

/** The text of a response in which one cost is another. */
export function changed(text: string, { at, field, decimals }: RecordedCost, by: number): string {
  const response = JSON.parse(text);
  let row = response;
  for (const part of at.slice(0, -1)) row = row[part];
  // numbers that are printed in full keep their digits
  const digits = hasMore(row[field], decimals) ? 12 : decimals;
  row[field] = Number((row[field] + by).toFixed(digits));
  return JSON.stringify(response);
}

/** The cost as a text of the response has it. */
export function costAt(text: string, { at }: RecordedCost): number {
  let value = JSON.parse(text);
  for (const part of at) value = value[part];
  return value;
}

function hasMore(value: number, decimals: number): boolean {
  return Math.abs(Number(value.toFixed(decimals)) - value) > 1e-9;
}
