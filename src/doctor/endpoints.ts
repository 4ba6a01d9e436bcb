import type { DoctorReportBuilder, StepProblem } from './report.ts';
import type { ProbeResult } from './requests.ts';
import { commandFor, loginCommand } from './retry-command.ts';
import type { DoctorTarget } from './target.ts';

/** The probed endpoints under the names that people know them by. */
export interface Endpoints {
  readonly 'event log': ProbeResult<string | null>;
  readonly audits: ProbeResult<unknown>;
  readonly allocations: ProbeResult<unknown>;
  readonly assets: ProbeResult<unknown>;
  readonly 'cloud costs': ProbeResult<unknown>;
}

/**
 * The endpoints step. It fails unless the event log, the audits, or allocations and assets can be
 * read: without one of them no command of kc-etl has anything to work on.
 *
 * @returns whether the credentials were refused by the endpoints that are needed
 */
export function checkEndpoints(
  report: DoctorReportBuilder,
  endpoints: Endpoints,
  target: DoctorTarget,
): boolean {
  const all = Object.entries(endpoints) as [string, ProbeResult<unknown>][]; // values are ProbeResults
  const available = all
    .filter(([name, result]) => hasData(result, name === 'event log'))
    .map(([name]) => name);
  const empty = all
    .filter(([name, { ok }]) => ok && !available.includes(name))
    .map(([name]) => name);
  const failed = all.flatMap(([name, result]) => (result.ok ? [] : [{ name, ...result }]));
  const missing = failed.filter(isMissing).map(({ name }) => name);
  const refused = failed.filter(({ specificity }) => specificity === 'auth');
  const broken = failed.filter(
    (one) => !isMissing(one) && one.specificity !== 'auth' && !one.isSkipped,
  );
  const skipped = failed.filter(({ isSkipped }) => isSkipped);
  const end = skipped[0]?.error;
  const detail = [
    `${available.join(', ') || 'none available'}${missing.length > 0 ? `; no ${missing.join(', no ')}` : ''}`,
    ...(empty.length > 0 ? [`without data (null): ${empty.join(', ')}`] : []),
    ...(refused.length > 0 ? [`not allowed: ${refused.map(({ name }) => name).join(', ')}`] : []),
    ...broken.map(({ name, error }) => `${name}: ${error.message}`),
    ...(end
      ? [
          `no further requests${broken.some(({ error }) => error === end) ? '' : ` after: ${end.message}`}`,
        ]
      : []),
  ].join('; ');
  const isUsable =
    available.includes('event log') ||
    available.includes('audits') ||
    (available.includes('allocations') && available.includes('assets'));
  if (refused.length > 0) {
    const problem = { detail, ...refusedAdvice(target) };
    if (isUsable) report.warn('endpoints', problem);
    else report.fail('endpoints', problem);
  } else if (!isUsable) {
    report.fail('endpoints', { detail, ...unusableAdvice(endpoints, target) });
  } else if (broken.length > 0 || end) {
    report.warn('endpoints', { detail });
  } else if (missing.includes('event log')) {
    report.warn('endpoints', {
      detail,
      hint: 'Kubecost 3 and OpenCost have no event log; coverage is computed from the cost data',
      command: commandFor('events coverage', target),
    });
  } else if (missing.includes('audits')) {
    report.warn('endpoints', {
      detail,
      hint: 'Kubecost has audits up to 1.105 only; kc-etl computes them from the cost data',
      command: commandFor('audit run --window 7d', target),
    });
  } else report.pass('endpoints', detail);
  return !isUsable && refused.length > 0;
}

/** Whether an endpoint answered with more than null; an event log without events is one. */
function hasData(result: ProbeResult<unknown>, isLog = false): boolean {
  if (!result.ok) return false;
  return isLog || (result.data !== null && result.data !== undefined);
}

function isMissing({ specificity }: { readonly specificity: string }): boolean {
  return specificity === 'missing' || specificity === 'page';
}

function refusedAdvice(target: DoctorTarget): Omit<StepProblem, 'detail'> {
  return {
    hint: target.credentials.some(({ kind }) => kind === 'apiKey')
      ? "a service key is accepted by the aggregator's endpoints only (allocations, assets, cloud costs)"
      : 'these endpoints do not accept the credentials',
    command: loginCommand(target, 'KC_ETL_TOKEN=<token>'),
  };
}

function unusableAdvice(
  { allocations, assets }: Endpoints,
  target: DoctorTarget,
): Omit<StepProblem, 'detail'> {
  const isOldOpenCost = allocations.ok && !assets.ok && isMissing(assets);
  return {
    hint: isOldOpenCost
      ? 'kc-etl needs allocations and assets; OpenCost has assets from 1.104: upgrade it'
      : 'kc-etl needs the event log, the audits, or allocations and assets: check the logs of the server',
    command: isOldOpenCost
      ? null
      : commandFor("api '/allocation?window=1d&aggregate=cluster' -v", target),
  };
}
