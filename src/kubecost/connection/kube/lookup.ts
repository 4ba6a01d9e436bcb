import { z } from 'zod';
import { DataError, UsageError } from '../../../errors.ts';
import { shellQuote } from '../../../shell-quote.ts';
import { kubectlOutput } from './kubectl.ts';
import { ForbiddenError } from './kubectl-failure.ts';
import type { Kubectl } from './process.ts';
import { canI } from './rights.ts';
import {
  type Candidates,
  candidatesOf,
  defaultNamespaces,
  knownPort,
  knownServiceNames,
  readServiceList,
  type Service,
} from './services.ts';

/** What the user said of the service; the rest is looked for. */
export interface WantedService {
  readonly namespace: string | null;
  readonly name: string | null;
  readonly port: number | null;
}

/** The kubectl context in use. */
export interface KubeContext {
  /** Null where there is none, as in a pod. */
  readonly name: string | null;
  readonly namespace: string | null;
}

const configSchema = z.object({
  'current-context': z.string(),
  contexts: z.array(z.object({ context: z.object({ namespace: z.string().nullish() }) })).nullish(),
});

/**
 * The context that kubectl uses, and its namespace.
 *
 * @throws UsageError where the one that the user named does not exist
 */
export async function currentContext(kubectl: Kubectl): Promise<KubeContext> {
  try {
    const text = await kubectlOutput(kubectl, ['config', 'view', '--minify', '-o', 'json']);
    const { 'current-context': name, contexts } = configSchema.parse(JSON.parse(text));
    return { name: name || null, namespace: contexts?.[0]?.context.namespace || null };
  } catch (error) {
    // without a current context kubectl may still know the cluster that it runs in
    const isMissing =
      error instanceof DataError && /current-context must exist/.test(error.message);
    if (isMissing || error instanceof SyntaxError || error instanceof z.ZodError) {
      return { name: null, namespace: null };
    }
    throw error;
  }
}

/** The service that was found. */
export interface FoundService {
  readonly service: Service;
  /** What else was found there that the user may have meant. */
  readonly others: readonly Service[];
}

/**
 * Finds Kubecost's service: in the namespace that was named; else in that of the context, in the
 * usual ones, and in the whole cluster. A namespace that the user may not look into is passed over.
 *
 * @throws KcEtlError where there is none or several, or kubectl cannot look
 */
export async function findService(
  kubectl: Kubectl,
  wanted: WantedService,
  contextNamespace: string | null,
): Promise<FoundService> {
  const { namespace, name, port } = wanted;
  if (namespace !== null && name !== null && port !== null) {
    return { service: { namespace, name, port }, others: [] };
  }
  const places =
    namespace === null
      ? [...new Set([contextNamespace ?? defaultNamespaces[0], ...defaultNamespaces]), null]
      : [namespace];
  const forbidden: (string | null)[] = [];
  for (const place of places) {
    const candidates = await candidatesIn(kubectl, place, wanted);
    if (candidates === null) forbidden.push(place);
    else if (candidates.best.length > 0) return onlyOne(candidates);
  }
  if (namespace !== null && name !== null) {
    // forwarding to it takes other rights than listing does
    if (forbidden.length > 0) {
      return { service: { namespace, name, port: knownPort({ namespace, name }) }, others: [] };
    }
  }
  throw notFound(kubectl, wanted, { places, forbidden });
}

/** What may be the service in a namespace, null: in the whole cluster; null where looking is not allowed. */
async function candidatesIn(
  kubectl: Kubectl,
  place: string | null,
  wanted: WantedService,
): Promise<Candidates | null> {
  const path = place === null ? '' : `/namespaces/${encodeURIComponent(place)}`;
  try {
    const text = await kubectlOutput(kubectl, ['get', '--raw', `/api/v1${path}/services`]);
    const services = readServiceList(text);
    if (services === null) throw new DataError('kubectl did not print a list of services');
    return candidatesOf(services, wanted);
  } catch (error) {
    if (error instanceof ForbiddenError) return null;
    throw error;
  }
}

/** @throws UsageError that lists them where there are several */
function onlyOne({ best, others }: Candidates): FoundService {
  const [service, second] = best;
  if (service && !second) return { service, others };
  const list = best.slice(0, 5).map(serviceText).join(', ');
  const more = best.length > 5 ? ` and ${best.length - 5} more` : '';
  throw new UsageError(
    `several services may be Kubecost's: ${list}${more}`,
    `choose one: ${service ? serviceOptions(service) : ''}`,
  );
}

/** A service as messages name it. */
export function serviceText({ namespace, name, port }: Service): string {
  return `${namespace}/${name}:${port}`;
}

/** The options that choose a service, as a user types them. */
export function serviceOptions({ namespace, name }: Service): string {
  return `-N ${shellQuote(namespace)} --service-name ${shellQuote(name)}`;
}

function notFound(
  { options }: Kubectl,
  { namespace, name }: WantedService,
  {
    places,
    forbidden,
  }: {
    readonly places: readonly (string | null)[];
    readonly forbidden: readonly (string | null)[];
  },
): DataError | ForbiddenError {
  const what = name ?? `with a known Kubecost or OpenCost name (${knownServiceNames})`;
  const choose = 'name it with -N <namespace> --service-name <name>';
  if (forbidden.length === 0) {
    const where = namespace === null ? 'the cluster' : `the namespace ${namespace}`;
    return new DataError(
      `${where} has no service ${what}`,
      `${choose}, or choose the cluster with --context`,
    );
  }
  const open = places.filter((place) => !forbidden.includes(place));
  const searched = open.length === 0 ? '' : `, and ${open.map(placeText).join(', ')} has none`;
  return new ForbiddenError(
    `no service ${what} was found: you may not list services in ${forbidden.map(placeText).join(', ')}${searched}`,
    `${choose}; check your rights with: ${canI({ verb: 'list', resource: 'services', namespace: forbidden[0] ?? null }, options)}`,
  );
}

function placeText(place: string | null): string {
  return place ?? 'the whole cluster';
}
