import { type ProductLine, withEtl } from './codes/code.ts';

/** The product line of a server, by its name and version; a Kubecost of unknown version counts as 2. */
export function productLine({
  name,
  version,
}: {
  readonly name: 'kubecost' | 'opencost';
  readonly version: string | null;
}): ProductLine {
  if (name === 'opencost') return 'opencost';
  const major = /^v?(\d+)\./.exec(version ?? '')?.[1];
  return major === '1'
    ? 'kubecost-1'
    : major === '2' || major === undefined
      ? 'kubecost-2'
      : 'kubecost-3';
}

/** Whether a product line has an ETL pipeline, and with it an event log and repairs. */
export function hasEtl(line: ProductLine): boolean {
  return withEtl.includes(line);
}
