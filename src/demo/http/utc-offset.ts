import { rfc3339 } from '../time.ts';
import type { LocalTime } from '../utc-offset.ts';
import type { HttpRequest, HttpResponse } from './response.ts';
import { pairOf } from './window.ts';

/**
 * A server with `UTC_OFFSET` (fault `utc-offset`) works in local time: what happens at 00:00 there is
 * 23:00 UTC of the day before at +01:00. Requests are moved to local time, and responses back.
 */
export function toLocalTime<R extends Omit<HttpRequest, 'path'>>(request: R, time: LocalTime): R {
  if (time.isUtc) return request;
  const params = new URLSearchParams(request.params);
  const span = pairOf(params.get('window') ?? '');
  if (span) {
    const [start, end] = [time.fromUtc(span.start), time.fromUtc(span.end)];
    params.set('window', `${rfc3339(start)},${rfc3339(end)}`);
  }
  return { ...request, params, now: time.fromUtc(request.now) };
}

/** The response with every time of its body in UTC. */
export function toUtc(response: HttpResponse, time: LocalTime): HttpResponse {
  if (time.isUtc) return response;
  const { body } = response;
  return { ...response, body: moved(typeof body === 'string' ? [body] : body, time) };
}

const pattern = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g;

/** Parts of a body, which are whole rows: no time is cut between two of them. */
function* moved(parts: Iterable<string>, time: LocalTime): Generator<string> {
  for (const part of parts) {
    yield part.replace(pattern, (text) =>
      new Date(time.toUtc(Date.parse(`${text}Z`))).toISOString().slice(0, 19),
    );
  }
}
