import { UsageError } from '../../errors.ts';
import { isSendable, parseHeader } from './headers.ts';

type Header = readonly [name: string, value: string];

interface CredentialKind {
  /** The key of its option; `…File` and `…Command` name where it can be had instead. */
  readonly option: string;
  /** What it is, for help. */
  readonly what: string;
  /** The headers it becomes. The error never shows the text. */
  readonly headers: (text: string, source: string) => readonly Header[];
  /** What of the text must not be seen anywhere, besides the header values. */
  readonly secrets?: (text: string) => readonly string[];
}

/** The ways to say who asks, weakest first: of two that set the same header the later is sent. */
export const credentialKinds = {
  user: {
    option: 'user',
    what: 'user:password, for basic auth',
    headers(text, source) {
      if (!text.includes(':')) {
        throw new UsageError(`${source}: that is not user:password`, 'separate them with a colon');
      }
      return [['authorization', `Basic ${Buffer.from(text).toString('base64')}`]];
    },
    secrets: (text) => [text.slice(text.indexOf(':') + 1)],
  },
  token: {
    option: 'token',
    what: 'a token, sent as Authorization: Bearer',
    headers: (text, source) => [['authorization', `Bearer ${checked(text, source)}`]],
  },
  cookie: {
    option: 'cookie',
    what: 'the cookie of a login: token=<jwt> or id_token=<jwt>',
    headers(text, source) {
      if (!/^[^\s=;]+=/.test(text)) {
        throw new UsageError(`${source}: that is not a cookie`, 'a cookie looks like token=<jwt>');
      }
      return [['cookie', checked(text, source)]];
    },
    secrets: (text) => text.split(/;\s*/).map((part) => part.slice(part.indexOf('=') + 1)),
  },
  apiKey: {
    option: 'api-key',
    what: 'a service key, sent as X-API-KEY (aggregator endpoints of Kubecost 2 and later)',
    headers: (text, source) => [['x-api-key', checked(text, source)]],
  },
  header: {
    option: 'header',
    what: "sent with every request: 'Name: value'",
    headers: (text, source) =>
      text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parseHeader(line, source)),
  },
} as const satisfies Record<string, CredentialKind>;

export type CredentialKindName = keyof typeof credentialKinds;

/** The record, with its entries no longer told apart. */
export function credentialKind(name: CredentialKindName): CredentialKind {
  return credentialKinds[name];
}

function checked(text: string, source: string): string {
  if (text !== '' && isSendable(text)) return text;
  throw new UsageError(`${source}: it contains characters that are not allowed in an HTTP header`);
}
