import type { Kubecost } from '../kubecost.ts';
import type { ProductVariant } from '../variants.ts';
import { clusterInfo, frontEndHealth, healthz, installInfo, productConfigs } from './about.ts';
import { allocation } from './allocation.ts';
import { allocationSummary, allocationTopline } from './allocation-summary.ts';
import { assets, assetsTopline } from './assets.ts';
import { cloudCost } from './cloud-cost.ts';
import { cloudCostStatus } from './cloud-cost-status.ts';
import { etlAudit } from './etl-audit.ts';
import { etlLog } from './etl-log.ts';
import { etlStatus } from './etl-status.ts';
import { metrics } from './metrics.ts';
import { prometheusQuery } from './prometheus.ts';
import { repair } from './repair.ts';
import {
  badGateway,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  html,
  indexPage,
  notFound,
  withStatus,
} from './response.ts';
import { toLocalTime, toUtc } from './utc-offset.ts';

interface Route {
  readonly handle: (request: HttpRequest, kubecost: Kubecost) => HttpResponse;
  /** Product variants that have the endpoint; all where absent. */
  readonly availableOn?: (variant: ProductVariant) => boolean;
  /** Accepted methods; GET where absent. */
  readonly methods?: readonly string[];
}

const aggregator = (variant: ProductVariant) => variant.pages;

const unsupported = html(501, '<b>Aggregator does not support this endpoint.</b>');

/** Endpoints by path, without the prefix of the product variant. */
const routes: Record<string, Route> = {
  '/healthz': { handle: healthz },
  '/clusterInfo': { handle: clusterInfo },
  '/productConfigs': { handle: productConfigs, availableOn: (variant) => variant.frontEnd },
  '/installInfo': { handle: installInfo },
  '/metrics': { handle: metrics },
  '/prometheusQuery': {
    handle: prometheusQuery,
    availableOn: (variant) => variant.prometheusQuery,
  },
  '/allocation': {
    handle: allocation,
    availableOn: (variant) => variant.allocationPath === '/allocation',
  },
  '/allocation/compute': { handle: allocation },
  '/allocation/summary': { handle: allocationSummary },
  '/allocation/summary/topline': { handle: allocationTopline, availableOn: aggregator },
  '/assets': { handle: assets, availableOn: (variant) => variant.hasAssets },
  '/assets/topline': { handle: assetsTopline, availableOn: aggregator },
  '/assets/totals': {
    handle: () => unsupported,
    availableOn: (variant) => variant.version.startsWith('2.'),
  },
  '/cloudCost': { handle: cloudCost },
  '/cloudCost/status': { handle: cloudCostStatus },
  '/cloudCost/repair': { handle: repair('cloud'), availableOn: (variant) => variant.etl },
  '/etl/asset/repair': { handle: repair('assets'), availableOn: (variant) => variant.etl },
  '/etl/allocation/repair': {
    handle: repair('allocations'),
    availableOn: (variant) => variant.etl,
  },
  '/etl/status': { handle: etlStatus, availableOn: (variant) => variant.etl },
  '/etl/log': { handle: etlLog, availableOn: (variant) => variant.etlLog },
  '/etl/audit': {
    handle: etlAudit,
    availableOn: (variant) => variant.audit,
    methods: ['GET', 'POST'],
  },
};

/** Whether an endpoint reads the stores, whose days start at local midnight. */
function isStored(path: string): boolean {
  return /^\/(allocation|assets|cloudCost|etl)\b/.test(path);
}

/** The response to a request for a path, prefix included. */
export function respond(
  path: string,
  request: Omit<HttpRequest, 'path'>,
  kubecost: Kubecost,
): HttpResponse {
  const { prefix, frontEnd } = kubecost.variant;
  if (prefix !== '' && !path.startsWith(`${prefix}/`)) {
    if (!frontEnd) return notFound;
    return path === '/healthz' ? frontEndHealth : indexPage;
  }
  const own = path.slice(prefix.length);
  if (kubecost.pipeline.repairs.isRestarting(request.now)) return badGateway;
  const route = Object.hasOwn(routes, own) ? routes[own] : undefined;
  if (!route || route.availableOn?.(kubecost.variant) === false) return notFound;
  if (!(route.methods ?? ['GET']).includes(request.method)) return notFound;
  try {
    const response = handle(route, { ...request, path: own }, kubecost);
    return kubecost.variant.envelopeStatus ? withStatus(response) : response;
  } catch (error) {
    if (error instanceof HttpError) return error.response;
    throw error;
  }
}

function handle(route: Route, request: HttpRequest, kubecost: Kubecost): HttpResponse {
  if (!isStored(request.path)) return route.handle(request, kubecost);
  const { localTime } = kubecost;
  return toUtc(route.handle(toLocalTime(request, localTime), kubecost), localTime);
}
