import { day } from '../../time.ts';
import type { Kubecost } from '../kubecost.ts';
import type { LogEvent } from '../log-writer.ts';
import { rfc3339, rfc3339Nano } from '../time.ts';
import { envelope, type HttpRequest, type HttpResponse, jsonError } from './response.ts';
import { parseWindow } from './window.ts';

/** `GET /etl/log`: `window` selects by the time of the event, `kind` by a prefix of its kind. */
export function etlLog({ params, now }: HttpRequest, { log }: Kubecost): HttpResponse {
  const text = params.get('window');
  const window = text === null ? null : parseWindow(text, now);
  if (text !== null && !window) return jsonError(400, `illegal window: ${text}`);
  const kind = params.get('kind') ?? '';
  const events = log
    .events(now)
    .filter(
      (e) => e.kind.startsWith(kind) && (!window || (e.at >= window.start && e.at < window.end)),
    );
  const counters = [...log.counters].filter(([name]) => name.startsWith(kind)).sort();
  return envelope(parts(events, counters));
}

function* parts(events: readonly LogEvent[], counters: [string, number][]): Generator<string> {
  for (const store of ['allocation', 'asset'] as const) {
    yield store === 'allocation' ? '{"allocation":[' : '],"asset":[';
    let comma = '';
    // Daily sets before hourly ones: like the real server, in no order of time.
    for (const daily of [true, false]) {
      for (const event of events) {
        const isDaily = event.window !== null && event.window.end - event.window.start === day;
        if (event.store !== store || isDaily !== daily) continue;
        yield `${comma}${eventJson(event)}`;
        comma = ',';
      }
    }
  }
  yield `],"counters":${JSON.stringify(Object.fromEntries(counters))}}`;
}

function eventJson({ kind, window, error, size, at, nanos }: LogEvent): string {
  return JSON.stringify({
    kind,
    metadata: {
      ...(size === null ? {} : { size: size() }),
      ...(error === null ? {} : { error }),
      ...(window && { window: { start: rfc3339(window.start), end: rfc3339(window.end) } }),
    },
    time: rfc3339Nano(at, nanos),
  });
}
