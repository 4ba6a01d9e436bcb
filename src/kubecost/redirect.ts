import { DataError } from '../errors.ts';
import { refusalOf } from './connection/readable-paths.ts';
import { Failure } from './failure.ts';
import { excerpt } from './server-text.ts';

interface Redirect {
  readonly method: 'GET' | 'POST';
  readonly from: URL;
  /** The Location header. */
  readonly location: string;
}

interface RedirectPolicy {
  /** The address that was given; its path precedes those of the API. */
  readonly base: string;
  /** Whether requests carry credentials, which no other host may see. */
  readonly confidential: boolean;
}

/**
 * Where a redirect leads, if it may be followed: credentials stay with their host (over https instead of
 * http, too), a POST is not sent elsewhere, and a read stays a read.
 *
 * @throws Failure where it may not
 */
export function redirectTarget(
  { method, from, location }: Redirect,
  { base, confidential }: RedirectPolicy,
): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (to === null || !/^https?:$/.test(to.protocol)) {
    // without a user and password
    throw notHttp(from, to ? `${to.protocol}//${to.host}${to.pathname}` : location);
  }
  if (method === 'GET' && (!confidential || keepsHost(from, to))) {
    assertSameEffect(from, to, base);
    return to;
  }
  const why = method === 'GET' ? 'does not send your credentials' : 'sends no POST';
  throw new Failure(
    new DataError(
      `${from.origin}${from.pathname} redirects to ${to.origin}${to.pathname}, where kc-etl ${why}`,
      'if that is a login page, put a token into KC_ETL_TOKEN; if Kubecost moved, use its new address',
    ),
    { specificity: 'refused' },
  );
}

function notHttp(from: URL, location: string): Failure {
  return new Failure(
    new DataError(
      `${from.origin}${from.pathname} redirects to "${excerpt(location)}", which is not an address of HTTP`,
      'is this the address of a Kubecost? Look at the address in a browser',
    ),
    { specificity: 'refused' },
  );
}

/** The failure of a request that was redirected too often. */
export function redirectLoop(url: URL): Failure {
  return new Failure(
    new DataError(
      `${url.origin}${url.pathname} redirects in a circle`,
      'is a login in front of it? Look at the address in a browser',
    ),
    { specificity: 'refused' },
  );
}

function keepsHost(from: URL, to: URL): boolean {
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:';
  return to.origin === from.origin || (to.hostname === from.hostname && isUpgrade);
}

/** A read never becomes a write or a request for secrets; a write goes to the same path or nowhere. */
function assertSameEffect(from: URL, to: URL, base: string): void {
  const own = new URL(base).pathname.replace(/\/$/, '');
  const effectOf = ({ pathname, search }: URL) =>
    refusalOf(pathname.startsWith(`${own}/`) ? pathname.slice(own.length) : pathname, search);
  const effect = effectOf(to);
  const isSame = from.pathname === to.pathname && from.search === to.search;
  if (isSame || (effectOf(from)?.kind !== 'writes' && (!effect || effect.kind === 'unknown'))) {
    return;
  }
  const what = effect ? ` (${effect.kind === 'writes' ? 'changes the server' : effect.why})` : '';
  throw new Failure(
    new DataError(
      `${from.origin}${from.pathname} redirects to ${to.origin}${to.pathname}${what}; kc-etl does not follow`,
      'is this the address of a Kubecost? Ask for that path itself with curl if you mean it',
    ),
  );
}
