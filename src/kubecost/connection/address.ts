import { UsageError } from '../../errors.ts';

/** Where a Kubecost is, as the user gave it. */
export interface Address {
  /** Scheme, host, port and the path of an ingress, without credentials and without a slash at the end. */
  readonly base: string;
  /** `user:password` of the URL; null where it has none. */
  readonly userinfo: string | null;
}

/**
 * Reads an address. `localhost:9090` means http.
 *
 * @param source where it was given (`--url`, `KC_ETL_URL`), for the error
 * @throws UsageError where it is not an http or https address
 */
export function parseAddress(text: string, source: string): Address {
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(spelled) ? new URL(spelled) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `${source}: '${withoutUserinfo(text)}' is not an http or https address`,
      'an address looks like http://localhost:9090 or https://ops.example.com/kubecost',
    );
  }
  if (url.search || url.hash) {
    throw new UsageError(
      `${source}: an address has no '${url.search ? '?' : '#'}' part`,
      `give ${url.origin}${url.pathname} and use kc-etl's own options for the query`,
    );
  }
  const userinfo = url.username || url.password ? decodeUserinfo(url) : null;
  return { base: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), userinfo };
}

/** The addresses under which Kubecost's API may be: with `/model` first, unless it is there already. */
export function baseCandidates(base: string): readonly string[] {
  return base.endsWith('/model') ? [base] : [`${base}/model`, base];
}

function decodeUserinfo(url: URL): string {
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    return `${url.username}:${url.password}`;
  }
}

/** A password may hold any character, so everything before the last @ goes. */
function withoutUserinfo(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
}
