import { z } from 'zod';

/** A service that Kubecost or OpenCost is known by, and the port that serves its whole API. */
interface KnownService {
  readonly name: RegExp;
  readonly port: number;
}

/** In order of preference. A Helm release puts its own name in front of `-cost-analyzer`. */
const knownServices: readonly KnownService[] = [
  { name: /^kubecost-cost-analyzer$/, port: 9090 },
  { name: /-cost-analyzer$/, port: 9090 },
  { name: /^(.+-)?kubecost-frontend$|^frontend$/, port: 9090 },
  { name: /^opencost$/, port: 9003 },
  { name: /^(.+-)?opencost$/, port: 9003 },
  { name: /^(.+-)?kubecost-aggregator$/, port: 9004 },
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

/**
 * The service to use: the one of that name, else the best known one; null where there is none.
 *
 * @param wanted what the user said of it
 */
export function chooseService(
  services: readonly ListedService[],
  wanted: { readonly name: string | null; readonly port: number | null },
): Service | null {
  if (wanted.name !== null) {
    const named = services.find(({ metadata }) => metadata.name === wanted.name);
    return named ? withPort(named, wanted.port) : null;
  }
  for (const known of knownServices) {
    const found = services.find(({ metadata }) => known.name.test(metadata.name));
    if (found) return withPort(found, wanted.port);
  }
  return null;
}

function withPort({ metadata, spec }: ListedService, wanted: number | null): Service {
  const known = knownServices.find(({ name }) => name.test(metadata.name))?.port;
  const ports = (spec.ports ?? []).map(({ port }) => port);
  const port = wanted ?? [known, 9090, 9003].find((p) => p !== undefined && ports.includes(p));
  return { ...metadata, port: port ?? ports[0] ?? known ?? 9090 };
}
