import type { EvidenceLog } from '../../audits/local/evidence/evidence-log.ts';
import type { Audit } from '../../audits/schema.ts';
import type { ProductLine } from '../../diagnosis/codes/code.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import type { Product } from '../../kubecost/product.ts';
import type { Context } from '../command.ts';
import { connectOptions } from '../connection/options.ts';

/** Hours that Prometheus keeps, where the server does not say: the default of Kubecost's chart since 2.2. */
const defaultRetentionHours = 97;

/** Finds out what is behind the differences and gaps of a run. */
export async function diagnoseRun(
  audits: readonly Audit[],
  { evidence, summaries }: EvidenceLog,
  product: Product,
  { deps, cliOptions }: Context,
): Promise<Diagnosis> {
  // a run without differences and gaps does not need it
  if (audits.every(({ status }) => status === 'Passed'))
    return { audits: [...audits], findings: [] };
  const { diagnose } = await import('../../diagnosis/diagnose.ts');
  return diagnose(audits, {
    product: productLine(product),
    now: deps.clock.now(),
    retentionHours: defaultRetentionHours,
    connection: connectionOptions(cliOptions),
    evidence,
    summaries: [...summaries].sort((a, b) => a.start - b.start),
  });
}

function productLine({ name, version }: Product): ProductLine {
  if (name === 'opencost') return 'opencost';
  const major = /^v?(\d+)\./.exec(version ?? '')?.[1];
  return major === '1'
    ? 'kubecost-1'
    : major === '2' || major === undefined
      ? 'kubecost-2'
      : 'kubecost-3';
}

/** The connection options of the command line, for commands to be pasted; credentials are left out. */
function connectionOptions(cliOptions: Context['cliOptions']): string[] {
  return Object.entries(connectOptions).flatMap(([name, option]) => {
    const given = cliOptions.get(name);
    const isSecret = 'secret' in option && option.secret === true;
    if (!given || isSecret || given.some((value) => value.includes('@'))) return [];
    const [flag = ''] = /--[a-z-]+/.exec(option.flags) ?? [];
    const takesValue = option.flags.includes('<');
    return given.flatMap((value) => (takesValue ? [flag, value] : [flag]));
  });
}
