import type { Kubecost } from '../kubecost.ts';
import { data, type HttpRequest, type HttpResponse, rawJson } from './response.ts';

/** `GET /healthz` of the cost-model: 200 with an empty body. */
export function healthz(): HttpResponse {
  return { status: 200, type: 'text/plain', body: '' };
}

export const frontEndHealth: HttpResponse = { status: 200, type: 'text/plain', body: 'healthy\n' };

/** `GET /clusterInfo`: every value is a string. */
export function clusterInfo(_request: HttpRequest, { world }: Kubecost): HttpResponse {
  const [local] = world.clusters;
  return data({
    id: local?.id ?? '',
    name: local?.id ?? '',
    provider: local?.provider.name ?? '',
    project: local?.project ?? '',
    account: local?.account ?? '',
    region: local?.region ?? '',
    provisioner: local?.provider.provisioner ?? '',
    clusterProfile: 'production',
    logCollection: 'false',
    productAnalytics: 'false',
    errorReporting: 'false',
    valuesReporting: 'false',
    thanosEnabled: 'false',
    thanosOffset: '',
    version: '1.31',
  });
}

/** `GET /productConfigs`: no envelope, a leading line break, every value a string. */
export function productConfigs(
  _request: HttpRequest,
  { world, variant, options, pipeline }: Kubecost,
): HttpResponse {
  const configs = {
    chartVersion: variant.version,
    clusterId: world.clusters[0]?.id ?? '',
    etlDailyStoreDurationDays: String(options.days),
    etlHourlyStoreDurationHours: String(pipeline.hourlyRetention),
    prometheusRetention: `${options.retention}h`,
    ssoConfigured: 'false',
    rbacTeamsEnabled: 'false',
  };
  return rawJson(`\n${JSON.stringify(configs, null, 2)}\n`);
}

/** `GET /installInfo`: no envelope. */
export function installInfo(_request: HttpRequest, { variant, options }: Kubecost): HttpResponse {
  const clusterInfo = { nodeCount: String(options.nodes), podCount: String(options.pods) };
  return rawJson(
    `${JSON.stringify({ containers: null, clusterInfo, version: variant.version })}\n`,
  );
}
