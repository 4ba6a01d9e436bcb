import { z } from 'zod';

/** Services that Kubecost or OpenCost is known by, and the port that serves their whole API. */
interface KnownServices {
  readonly product: 'kubecost' | 'opencost';
  readonly isOne: (service: { readonly name: string; readonly namespace: string }) => boolean;
  readonly port: number;
}

/** In order of preference: each of a release serves what those behind it serve, and more. */
const knownServices: readonly KnownServices[] = [
  { product: 'kubecost', isOne: ({ name }) => /(^|-)cost-analyzer$/.test(name), port: 9090 },
  {
    product: 'kubecost',
    isOne: ({ name, namespace }) =>
      /^(.+-)?kubecost-frontend$/.test(name) ||
      // many applications have a service of this name
      (name === 'frontend' && /kubecost/.test(namespace)),
    port: 9090,
  },
  { product: 'opencost', isOne: ({ name }) => /^(.+-)?opencost$/.test(name), port: 9003 },
  {
    product: 'kubecost',
    isOne: ({ name }) => /^(.+-)?kubecost-aggregator$/.test(name),
    port: 9004,
  },
];

/** The names, as errors list them. */
export const knownServiceNames = 'kubecost-cost-analyzer, kubecost-frontend, opencost';

/** Where they are usually installed. */
export const defaultNamespaces = ['kubecost', 'opencost'] as const;

/** A service and the port to use. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

const serviceSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({ ports: z.array(z.object({ port: z.number() })).nullish() }),
});

const serviceListSchema = z.object({ items: z.array(serviceSchema).nullish() });

type ListedService = z.infer<typeof serviceSchema>;

/** The services of a `ServiceList` as the API server writes it; null where the text is none. */
export function readServiceList(text: string): readonly ListedService[] | null {
  try {
    const parsed = serviceListSchema.safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data.items ?? []) : null;
  } catch {
    return null;
  }
}

/** What may be Kubecost's service. */
export interface Candidates {
  /** The best ones. Where there are several, the user has to choose. */
  readonly best: readonly Service[];
  /** Those of the other product. */
  readonly others: readonly Service[];
}

/**
 * The services of that name, else the best known ones.
 *
 * @param wanted what the user said of it
 */
export function candidatesOf(
  services: readonly ListedService[],
  wanted: { readonly name: string | null; readonly port: number | null },
): Candidates {
  const named = (fits: (service: ListedService['metadata']) => boolean) =>
    services.filter(({ metadata }) => fits(metadata)).map((found) => withPort(found, wanted.port));
  if (wanted.name !== null) {
    return { best: named(({ name }) => name === wanted.name), others: [] };
  }
  for (const { product, isOne } of knownServices) {
    const best = named(isOne);
    if (best.length === 0) continue;
    const other = knownServices.filter((known) => known.product !== product);
    return { best, others: named((service) => other.some((known) => known.isOne(service))) };
  }
  return { best: [], others: [] };
}

/** The port of a service whose list of ports cannot be read. */
export function knownPort(service: Pick<Service, 'namespace' | 'name'>): number {
  return knownServices.find(({ isOne }) => isOne(service))?.port ?? 9090;
}

function withPort({ metadata, spec }: ListedService, wanted: number | null): Service {
  const { name, namespace } = metadata;
  const known = knownPort(metadata);
  const ports = (spec.ports ?? []).map(({ port }) => port);
  const port = wanted ?? [known, 9090, 9003].find((candidate) => ports.includes(candidate));
  return { namespace, name, port: port ?? ports[0] ?? known };
}
