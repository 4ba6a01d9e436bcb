import { rfc3339 } from '../time.ts';
import type { HttpRequest, HttpResponse } from './response.ts';
import { pairOf } from './window.ts';

/**
 * A server with `UTC_OFFSET` (fault `utc-offset`) works in local time: what happens at 00:00 there is
 * 23:00 UTC of the day before at +01:00. Requests are moved to local time, and responses back.
 */
export function toLocalTime<R extends Omit<HttpRequest, 'path'>>(request: R, offset: number): R {
  if (offset === 0) return request;
  const params = new URLSearchParams(request.params);
  const span = pairOf(params.get('window') ?? '');
  if (span) {
    params.set('window', `${rfc3339(span.start + offset)},${rfc3339(span.end + offset)}`);
  }
  return { ...request, params, now: request.now + offset };
}

/** The response with every time of its body in UTC. */
export function toUtc(response: HttpResponse, offset: number): HttpResponse {
  if (offset === 0) return response;
  const { body } = response;
  return { ...response, body: moved(typeof body === 'string' ? [body] : body, offset) };
}

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g;

/** Parts of a body, which are whole rows: no time is cut between two of them. */
function* moved(parts: Iterable<string>, offset: number): Generator<string> {
  for (const part of parts) {
    yield part.replace(time, (text) =>
      new Date(Date.parse(`${text}Z`) - offset).toISOString().slice(0, 19),
    );
  }
}
