/** What one kind of failure means, whichever server or proxy has it. */
export interface NetworkCause {
  /** @param host the origin of a server, or `the proxy <origin>` */
  readonly message: (host: string) => string;
  /** What to do where a server has it. */
  readonly hint: (url: URL) => string;
  /** Whether the next try may succeed. */
  readonly transient: boolean;
}

const refused: NetworkCause = {
  message: (host) => `nothing listens at ${host}`,
  hint: () => 'check the address and port; is the port-forward running? --kube makes one',
  transient: true,
};
const unreachable: NetworkCause = {
  ...refused,
  message: (host) => `${host} cannot be reached from here`,
};
const unknownHost: NetworkCause = {
  message: (host) => `the host name in ${host} cannot be resolved`,
  hint: () => 'check the spelling; a cluster-internal name needs a port-forward: --kube',
  transient: false,
};
const brokeOff: NetworkCause = {
  message: (host) => `the connection to ${host} ended before the response was complete`,
  hint: () => 'try again; if it happens again, the server or a proxy may be out of memory',
  transient: true,
};
const late: NetworkCause = {
  message: (host) => `${host} did not respond in time`,
  hint: () => 'raise --timeout, ask for a smaller --window, or check the server',
  transient: false,
};
const notConnected: NetworkCause = {
  ...late,
  message: (host) => `no connection to ${host} in time`,
  hint: () => 'check the address and the network; a firewall may drop packets; or raise --timeout',
};

/** By the code of an error of Node, of undici, or of kc-etl's own (`KC_ETL_…`). */
export const networkCauses: Readonly<Record<string, NetworkCause>> = {
  ECONNREFUSED: refused,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: {
    message: (host) => `the host name in ${host} cannot be resolved: no name server gave an answer`,
    hint: () => 'check the network and its name servers; a cluster-internal name needs --kube',
    transient: true,
  },
  ECONNRESET: brokeOff,
  EPIPE: brokeOff,
  UND_ERR_SOCKET: brokeOff,
  UND_ERR_ABORTED: brokeOff,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: brokeOff,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: notConnected,
  KC_ETL_DNS_TIMEOUT: {
    ...late,
    message: (host) => `the name in ${host} was not resolved in time`,
    hint: () => 'the name server does not respond; check the network, or raise --timeout',
  },
  KC_ETL_TCP_TIMEOUT: notConnected,
  KC_ETL_TLS_TIMEOUT: {
    ...late,
    message: (host) => `${host} did not complete the TLS handshake in time`,
    hint: () => 'does the port speak HTTPS? Or raise --timeout',
  },
  KC_ETL_TUNNEL_TIMEOUT: {
    ...late,
    message: (host) => `${host} did not open the connection in time`,
  },
  KC_ETL_TUNNEL_CLOSED: {
    ...brokeOff,
    message: (host) => `${host} closed the connection without a response`,
  },
  KC_ETL_TUNNEL_NOT_HTTP: {
    message: (host) => `${host} does not speak HTTP`,
    hint: () => 'check the address of the proxy',
    transient: false,
  },
  UND_ERR_HEADERS_TIMEOUT: late,
  KC_ETL_HEAD_TIMEOUT: late,
  UND_ERR_BODY_TIMEOUT: {
    ...late,
    message: (host) => `${host} stopped in the middle of its response`,
  },
  KC_ETL_MAX_TIME: {
    message: (host) => `${host} had not sent its whole response by the end of --max-time`,
    hint: () => 'ask for a smaller --window, or raise --max-time',
    transient: false,
  },
  UND_ERR_HEADERS_OVERFLOW: {
    message: (host) => `${host} sent headers that are too large`,
    hint: () => 'is this the address of a Kubecost?',
    transient: false,
  },
  KC_ETL_NOT_HTTP: {
    message: (host) => `${host} does not speak HTTP`,
    hint: () => 'check the port and the scheme',
    transient: false,
  },
  KC_ETL_BAD_HTTP: {
    message: (host) => `${host} sent a response that is not valid HTTP`,
    hint: () => 'check the port and the scheme; a proxy in front may be broken',
    transient: false,
  },
  Z_BUF_ERROR: brokeOff,
  KC_ETL_DAMAGED: {
    message: (host) => `the body that ${host} sent is damaged: its checksum is wrong`,
    hint: () => 'try again; if it happens again, a proxy in front may change the response',
    transient: true,
  },
  KC_ETL_BAD_ENCODING: {
    message: (host) => `${host} sent a body that is not in the content encoding it names`,
    hint: () => 'a proxy in front may change the response; --verbose shows the exchange',
    transient: false,
  },
  KC_ETL_HTTP2: {
    message: (host) => `${host} speaks HTTP/2 only`,
    hint: () => 'kc-etl speaks HTTP/1.1; is this the port of gRPC? Use the port of the HTTP API',
    transient: false,
  },
  KC_ETL_TLS_RECORD: {
    message: (host) => `${host} speaks HTTPS, not HTTP`,
    hint: (url) => `use https://${url.host}`,
    transient: false,
  },
};
