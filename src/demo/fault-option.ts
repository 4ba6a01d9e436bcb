import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { hour, minute, second } from '../time.ts';
import { type FaultDetail, faultDetails } from './fault-info.ts';
import { acceptsDetail, type Fault, type FaultName, faultNames, faults } from './faults.ts';

type MutableFault = { -readonly [K in keyof Fault]: Fault[K] };

/** Details that may follow `name=`, in words. */
export function acceptedDetails(name: FaultName): string {
  const { accepts } = faults[name];
  return accepts.length === 0 ? 'nothing' : accepts.map((part) => faultDetails[part]).join(', ');
}

/**
 * A fault from `name` or `name=detail,detail`.
 * @throws UsageError for an unknown name, or a detail that the fault does not accept
 */
export function parseFault(text: string): Fault {
  const [head = '', ...rest] = text.split('=');
  const name = faultNames.find((known) => known === head.trim());
  if (name === undefined) {
    const near = nearest(head, faultNames);
    throw new UsageError(
      `unknown fault "${head}"${near === null ? '' : `, did you mean ${near}?`}`,
      `one of ${faultNames.join(', ')}`,
    );
  }
  const fault: MutableFault = { name, day: null, target: null, amount: faults[name].amount };
  for (const detail of rest.join('=').split(',')) {
    if (detail.trim() !== '') applyDetail(detail.trim(), fault);
  }
  return fault;
}

const units: Record<string, number> = { ms: 1, s: second, m: minute, h: hour };

function applyDetail(detail: string, fault: MutableFault): void {
  const accepts = (...details: FaultDetail[]) => acceptsDetail(fault.name, ...details);
  const percent = /^-?(\d+(?:\.\d+)?)%$/.test(detail);
  const duration = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(detail);
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(detail);
  if (detail === 'all' || /^\d{4}-\d\d-\d\d$/.test(detail)) {
    const day = detail === 'all' ? 'all' : Date.parse(`${detail}T00:00:00Z`);
    const isAccepted = accepts('day') || (accepts('oneDay') && day !== 'all');
    if (!isAccepted || Number.isNaN(day)) refuse(detail, fault.name);
    fault.day = day;
  } else if (percent) {
    fault.amount = Number.parseFloat(detail) / 100;
    const isShare = fault.amount >= 0 && fault.amount <= 1;
    if (!accepts('amount') && !(accepts('share') && isShare)) refuse(detail, fault.name);
  } else if (accepts('rows') && /^\d+$/.test(detail)) {
    fault.amount = Number(detail);
  } else if (duration) {
    const isSigned = detail.startsWith('-');
    if (!accepts('skew') && (isSigned || !accepts('hours', 'delay'))) refuse(detail, fault.name);
    fault.amount = Number(duration[1]) * (units[duration[2] ?? ''] ?? 1);
  } else if (offset && accepts('offset')) {
    const [, sign, hours, minutes] = offset;
    fault.amount = (Number(hours) * hour + Number(minutes) * minute) * (sign === '-' ? -1 : 1);
  } else {
    if (!accepts('node', 'cluster', 'disk')) refuse(detail, fault.name);
    fault.target = detail;
  }
}

function refuse(detail: string, name: FaultName): never {
  throw new UsageError(
    `the fault ${name} does not accept "${detail}"`,
    `${name}= accepts ${acceptedDetails(name)}`,
  );
}
