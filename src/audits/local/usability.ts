import { type CostRequest, isAggregate, propertyOf } from '../../costs/requests.ts';
import type { CostResponse, FailedRequest } from '../../costs/responses.ts';
import { utcOffsetOf } from '../../costs/utc-offset.ts';
import { formatSpan, type Span } from '../../time.ts';

/** Words of a warning that says that the data of its response is incomplete. */
const incomplete =
  /incomplete|partial|truncat|exceed|limit|missing|fail|error|time[d -]*out|unavailable|could not|cannot|unable|not (?:yet )?(?:all|available|complete|ready|found|built)|no data|skipp|dropp|rebuil|in progress/i;

/** Why audits cannot use a response; null where they can. */
export function unusableReason(
  request: CostRequest,
  response: CostResponse | FailedRequest,
): string | null {
  if ('reason' in response) return response.reason;
  const { content, setsOutside } = response;
  const untrusted = untrustedReason(request, response);
  if (untrusted !== null) return untrusted;
  if (content === 'rows') return null;
  const what = content === 'none' ? 'set' : 'rows';
  const others = setsOutside > 0 ? `, only ${setsOutside} outside it` : '';
  return `the server has no ${what} for this window (${request})${others}`;
}

/**
 * Why the rows that a server sent are not those of the window: it says itself that some are missing, or
 * sent sets of other days. Null where they are.
 */
export function untrustedReason(request: CostRequest, response: CostResponse): string | null {
  const { straddling, warning } = response;
  if (straddling !== null) return straddlingText(request, straddling);
  return warning !== null && incomplete.test(warning)
    ? `the server says that its data is incomplete (${request}): ${warning}`
    : null;
}

/**
 * Why a response cannot be all that the server has: it has no rows, though it is made of the rows of
 * another response that has some. Null where that is not so. An aggregate without rows is compared.
 */
export function missingRowsReason(
  request: CostRequest,
  responseOf: (request: CostRequest) => CostResponse | FailedRequest | undefined,
): string | null {
  const base = baseOf(request);
  const own = contentOf(responseOf(request));
  if (base === null || contentOf(responseOf(base)) !== 'rows') return null;
  if (own !== 'none' && (own !== 'empty' || isAggregate(request))) return null;
  const what = own === 'none' ? 'set' : 'rows';
  return `the server has no ${what} for this window (${request}), though it has ${base}`;
}

/** The request whose rows a response is made of; null where it is of none. */
function baseOf(request: CostRequest): 'allocations' | 'assets' | null {
  if (request === 'idle' || request === 'clusters' || request === 'summary') return 'allocations';
  if (propertyOf(request, 'allocations') !== null) return 'allocations';
  return propertyOf(request, 'assets') === null ? null : 'assets';
}

/** What a response held; null where there is none. */
export function contentOf(
  response: CostResponse | FailedRequest | undefined,
): CostResponse['content'] | null {
  return response && 'content' in response ? response.content : null;
}

function straddlingText(request: CostRequest, set: Span): string {
  const offset = utcOffsetOf(set);
  const text = `the server's set ${formatSpan(set)} is only partly inside the window or overlaps another set (${request})`;
  return offset === null ? text : `${text}: its days begin at midnight of ${offset}`;
}
