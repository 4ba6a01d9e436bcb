import type { AllocationProperties } from '../build/allocation.ts';
import type { Asset } from '../build/asset.ts';
import { HttpError, jsonError } from './response.ts';

/** Reads the values of a filter field from a row. */
type Read<T> = (row: T, name: string) => readonly string[];
type Fields<T> = Readonly<Record<string, Read<T>>>;
type Test<T> = (row: T) => boolean;

const allocationFields: Fields<AllocationProperties> = {
  cluster: (p) => [p.cluster],
  node: (p) => [p.node],
  namespace: (p) => [p.namespace],
  controllerName: (p) => [p.controller],
  controllerKind: (p) => [p.controllerKind],
  container: (p) => [p.container],
  pod: (p) => [p.pod],
  services: (p) => p.services,
  label: (p, name) => [p.labels[name] ?? p.namespaceLabels[name] ?? ''],
  annotation: (p, name) => [p.annotations[name] ?? ''],
  team: (p) => [p.labels['team'] ?? ''],
};

const assetFields: Fields<Asset> = {
  assetType: (a) => [a.type.toLowerCase(), a.type],
  category: (a) => [a.properties.category],
  cluster: (a) => [a.properties.cluster],
  name: (a) => [a.properties.name],
  project: (a) => [a.properties.project],
  provider: (a) => [a.properties.provider],
  providerID: (a) => [a.properties.providerID],
  account: (a) => [a.properties.account],
  service: (a) => [a.properties.service],
  label: (a, name) => [a.labels[name] ?? ''],
};

const oldAllocationNames: Record<string, string> = {
  filterClusters: 'cluster',
  filterNodes: 'node',
  filterNamespaces: 'namespace',
  filterControllers: 'controllerName',
  filterControllerKinds: 'controllerKind',
  filterPods: 'pod',
  filterServices: 'services',
  filterLabels: 'label',
  filterAnnotations: 'annotation',
};

const oldAssetNames: Record<string, string> = {
  filterClusters: 'cluster',
  filterNames: 'name',
  filterTypes: 'assetType',
  filterCategories: 'category',
  filterProviders: 'provider',
  filterProviderIDs: 'providerID',
  filterAccounts: 'account',
  filterProjects: 'project',
  filterServices: 'service',
  filterLabels: 'label',
};

/** @throws HttpError with status 500 for an invalid filter, as the real server answers */
export function allocationFilter(
  params: URLSearchParams,
  old: boolean,
): Test<AllocationProperties> | null {
  return both(
    newFilter(params, allocationFields),
    old ? oldFilter(params, allocationFields, oldAllocationNames) : [],
  );
}

export function assetFilter(params: URLSearchParams, old: boolean): Test<Asset> | null {
  return both(
    newFilter(params, assetFields),
    old ? oldFilter(params, assetFields, oldAssetNames) : [],
  );
}

/** The newer filter, or the older ones where it is absent. */
function both<T>(newer: Test<T>[] | null, older: Test<T>[]): Test<T> | null {
  const tests = newer ?? older;
  return tests.length === 0 ? null : (row) => tests.every((test) => test(row));
}

/** Filter of the form `namespace:"a","b"+label[app]!:"c"`. */
function newFilter<T>(params: URLSearchParams, fields: Fields<T>): Test<T>[] | null {
  const text = params.get('filter');
  if (!text) return null;
  // URLSearchParams turns an unescaped plus into a blank.
  return text.split(/[+ ](?=[A-Za-z])/).map((term) => {
    const match = /^(\w+)(?:\[([^\]]+)\])?(!?):("(?:[^"]*)"(?:,"[^"]*")*)$/.exec(term.trim());
    const name = match?.[1] ?? /^\w*/.exec(term)?.[0] ?? '';
    const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!match || !read) throw new HttpError(badFilter(name));
    const values = [...(match[4] ?? '').matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
    const no = match[3] === '!';
    return (row) => read(row, match[2] ?? '').some((value) => values.includes(value)) !== no;
  });
}

function badFilter(name: string) {
  return jsonError(
    500,
    `invalid filter: parsing filter: 1 error occurred:\n\t* at '${name}': expect filter field\n\n`,
  );
}

/** Filters of the form `filterNamespaces=a,b*`, `filterLabels=app:x`. */
function oldFilter<T>(
  params: URLSearchParams,
  fields: Fields<T>,
  names: Readonly<Record<string, string>>,
): Test<T>[] {
  return Object.entries(names).flatMap(([param, field]) => {
    const read = fields[field];
    const wanted = (params.get(param) ?? '').split(',').filter((value) => value !== '');
    if (!read || wanted.length === 0) return [];
    return [(row: T) => wanted.some((value) => matches(row, read, field, value))];
  });
}

function matches<T>(row: T, read: Read<T>, field: string, wanted: string): boolean {
  const labelled = field === 'label' || field === 'annotation';
  const colon = wanted.indexOf(':');
  const name = labelled ? wanted.slice(0, colon) : '';
  const value = labelled || field === 'controllerName' ? wanted.slice(colon + 1) : wanted;
  return read(row, name).some((own) =>
    value.endsWith('*') ? own.startsWith(value.slice(0, -1)) : own === value,
  );
}
