import type { CertificateFacts } from './connection/connect-error.ts';
import type { NetworkCause } from './network-causes.ts';
import { excerpt } from './server-text.ts';

interface TlsCause {
  /** The codes of Node and OpenSSL that mean it. */
  readonly codes: RegExp;
  readonly message: (host: string, certificate: CertificateFacts | null) => string;
  readonly hint: string | ((url: URL) => string);
}

/** The first that matches; the last of each kind are for codes that none before them names. */
const causes: readonly TlsCause[] = [
  {
    codes: /^CERT_HAS_EXPIRED$/,
    message: (host, certificate) =>
      `the certificate of ${host} has expired${on(certificate?.validTo)}`,
    hint: 'it has to be renewed on the server; is the clock of this machine right?',
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    message: (host) => `the certificate of ${host} is not valid yet`,
    hint: 'is the clock of this machine right?',
  },
  {
    codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|IP_ADDRESS_MISMATCH)$/,
    message: (host, certificate) =>
      `the certificate of ${host} is for another name${
        certificate?.names ? `: ${excerpt(certificate.names)}` : ''
      }`,
    hint: 'use a name that the certificate was made for',
  },
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    message: (host) =>
      `the certificate of ${host} is self-signed: no authority known here signed it`,
    hint: 'trust it with --ca-file <file.pem>',
  },
  {
    codes: /^(SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED|INVALID_CA)/,
    message: (host) => `the certificate of ${host} is not signed by an authority known here`,
    hint: 'name the authority with --ca-file <file.pem>',
  },
  {
    codes: /^CERT_REVOKED$/,
    message: (host) => `the certificate of ${host} was revoked`,
    hint: 'it has to be replaced on the server',
  },
  {
    codes: /_(KEY_TOO_SMALL|MD_TOO_WEAK)$/,
    message: (host) => `the certificate or key exchange of ${host} is too weak for this machine`,
    hint: 'it has to be replaced on the server',
  },
  {
    codes: /^(CERT|CRL|PATH_LENGTH|INVALID_PURPOSE|ERROR_IN_CERT|OUT_OF_MEM)/,
    message: (host) => `the certificate of ${host} is not valid`,
    hint: commandHint,
  },
  {
    codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER)/,
    message: (host) => `${host} does not speak TLS`,
    hint: 'use http:// instead of https://',
  },
  {
    codes:
      /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNKNOWN_PROTOCOL|VERSION_TOO_LOW)/,
    message: (host) => `${host} speaks no version of TLS that this machine accepts`,
    hint: 'the server needs TLS 1.2 or later',
  },
  {
    codes: /NO_APPLICATION_PROTOCOL/,
    message: (host) => `${host} speaks HTTP/2 only`,
    hint: 'kc-etl speaks HTTP/1.1; use the port of the HTTP API',
  },
  {
    codes: /UNRECOGNIZED_NAME/,
    message: (host) => `${host} does not know the name in the address`,
    hint: 'use the name that the server or its ingress is configured for',
  },
  {
    codes: /ALERT_CERTIFICATE_REQUIRED/,
    message: (host) => `${host} requires a client certificate`,
    hint: 'give one with --cert <file.pem> --key <file.pem>',
  },
  {
    codes:
      /ALERT_(HANDSHAKE_FAILURE|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_|UNSUPPORTED_CERT|ACCESS_DENIED|NO_CERTIFICATE)/,
    message: (host) => `${host} rejected the client certificate, or requires one`,
    hint: 'give one that it accepts with --cert <file.pem> --key <file.pem>',
  },
  {
    codes: /^(ERR_SSL|ERR_TLS|EPROTO)/,
    message: (host) => `the TLS handshake with ${host} failed`,
    hint: commandHint,
  },
];

/** What a failure of TLS means, in words of our own; null for a code of something else. */
export function tlsCause(
  code: string,
  certificate: CertificateFacts | null = null,
): NetworkCause | null {
  const cause = causes.find(({ codes }) => codes.test(code));
  if (!cause) return null;
  const { message, hint } = cause;
  return {
    message: (host) => message(host, certificate),
    hint: typeof hint === 'string' ? () => hint : hint,
    transient: false,
  };
}

function commandHint(url: URL): string {
  return `openssl s_client -connect ${url.hostname}:${url.port || 443} shows the handshake`;
}

/** ` on 2026-01-31`; nothing where the date is not known. */
function on(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? '' : ` on ${new Date(time).toISOString().slice(0, 10)}`;
}
