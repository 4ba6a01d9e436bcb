/** Why a request was ended before its response was complete; `code` as in the table of network causes. */
class RequestTimeout extends Error {
  readonly code: 'KC_ETL_HEAD_TIMEOUT' | 'KC_ETL_MAX_TIME';

  constructor(code: RequestTimeout['code']) {
    super('timed out');
    this.code = code;
  }
}

/** What ends one request, however slowly its response trickles in. */
export interface RequestLimit {
  /** Aborted when the command ends or the request has taken too long. */
  readonly signal: AbortSignal;
  /** Called for an interim response (1xx): however many follow, the final one must begin in time. */
  readonly onInterim: () => void;
  /** Called when the final response has begun. */
  readonly onResponse: () => void;
  /** Called when the request is over. */
  readonly stop: () => void;
}

/**
 * Limits one request. Its connection, its head and each chunk have the shorter limit of undici, which
 * an interim response starts anew.
 *
 * @param headTimeout milliseconds from the first interim response to the head of the final one
 * @param maxTime milliseconds for the whole request with its body
 */
export function limitRequest(
  command: AbortSignal,
  { headTimeout, maxTime }: { readonly headTimeout: number; readonly maxTime: number },
): RequestLimit {
  const ending = new AbortController();
  const forward = () => ending.abort(command.reason);
  if (command.aborted) forward();
  else command.addEventListener('abort', forward, { once: true });
  const end = (code: RequestTimeout['code']) => () => ending.abort(new RequestTimeout(code));
  const whole = setTimeout(end('KC_ETL_MAX_TIME'), maxTime);
  let head: NodeJS.Timeout | undefined;
  return {
    signal: ending.signal,
    onInterim() {
      head ??= setTimeout(end('KC_ETL_HEAD_TIMEOUT'), headTimeout);
    },
    onResponse: () => clearTimeout(head),
    stop() {
      clearTimeout(whole);
      clearTimeout(head);
      command.removeEventListener('abort', forward);
    },
  };
}

/**
 * Settles as `promise` does, or fails with the signal's reason as soon as it is aborted: undici notices
 * that only once it has a connection.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
