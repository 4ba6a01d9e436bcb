import type { Kubecost } from '../kubecost.ts';
import type { ProductVariant } from '../variants.ts';
import { clusterInfo, frontEndHealth, healthz, installInfo, productConfigs } from './about.ts';
import { allocation } from './allocation.ts';
import { allocationSummary, allocationTopline } from './allocation-summary.ts';
import { assets, assetsTopline } from './assets.ts';
import { cloudCost } from './cloud-cost.ts';
import { etlAudit } from './etl-audit.ts';
import { etlLog } from './etl-log.ts';
import { etlStatus } from './etl-status.ts';
import { metrics } from './metrics.ts';
import { prometheusQuery } from './prometheus.ts';
import { repair } from './repair.ts';
import {
  HttpError,
  type HttpRequest,
  type HttpResponse,
  html,
  indexPage,
  notFound,
} from './reply.ts';

interface Route {
  readonly answer: (question: HttpRequest, kubecost: Kubecost) => HttpResponse;
  /** Which faces have it; all where absent. */
  readonly of?: (face: ProductVariant) => boolean;
  /** What it answers to; GET where absent. */
  readonly methods?: readonly string[];
}

const aggregator = (face: ProductVariant) => face.pages;

const unsupported = html(501, '<b>Aggregator does not support this endpoint.</b>');

/** Every endpoint, by its path behind the prefix. */
const routes: Record<string, Route> = {
  '/healthz': { answer: healthz },
  '/clusterInfo': { answer: clusterInfo },
  '/productConfigs': { answer: productConfigs, of: (face) => face.frontEnd },
  '/installInfo': { answer: installInfo },
  '/metrics': { answer: metrics },
  '/prometheusQuery': { answer: prometheusQuery, of: (face) => face.etl },
  '/allocation': { answer: allocation },
  '/allocation/compute': { answer: allocation },
  '/allocation/summary': { answer: allocationSummary },
  '/allocation/summary/topline': { answer: allocationTopline, of: aggregator },
  '/assets': { answer: assets },
  '/assets/topline': { answer: assetsTopline, of: aggregator },
  '/assets/totals': { answer: () => unsupported, of: (face) => face.version.startsWith('2.') },
  '/cloudCost': { answer: cloudCost },
  '/cloudCost/repair': { answer: repair('cloud'), of: (face) => face.etl },
  '/etl/asset/repair': { answer: repair('assets'), of: (face) => face.etl },
  '/etl/allocation/repair': { answer: repair('allocations'), of: (face) => face.etl },
  '/etl/status': { answer: etlStatus, of: (face) => face.etl },
  '/etl/log': { answer: etlLog, of: (face) => face.etl },
  '/etl/audit': { answer: etlAudit, of: (face) => face.audit, methods: ['GET', 'POST'] },
};

/** The answer to a request for `path`, as it came. */
export function answer(
  path: string,
  question: Omit<HttpRequest, 'path'>,
  kubecost: Kubecost,
): HttpResponse {
  const { prefix, frontEnd } = kubecost.face;
  if (prefix !== '' && !path.startsWith(`${prefix}/`)) {
    if (!frontEnd) return notFound;
    return path === '/healthz' ? frontEndHealth : indexPage;
  }
  const own = path.slice(prefix.length);
  const route = Object.hasOwn(routes, own) ? routes[own] : undefined;
  if (!route || route.of?.(kubecost.face) === false) return notFound;
  if (!(route.methods ?? ['GET']).includes(question.method)) return notFound;
  try {
    return route.answer({ ...question, path: own }, kubecost);
  } catch (error) {
    if (error instanceof HttpError) return error.reply;
    throw error;
  }
}
