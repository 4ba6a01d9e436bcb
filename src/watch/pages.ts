import { notReadyReason, stuckReason } from './health.ts';
import { type Page, type Pages, textPage } from './http/page.ts';
import type { ShownReport, WatchStatus } from './status.ts';

/** How reports and metrics become text; credentials are removed from what they return. */
export interface Renderers {
  readonly metrics: (status: WatchStatus, now: number) => string | Promise<string>;
  readonly html: (shown: ShownReport) => Promise<string>;
  readonly json: (shown: ShownReport) => Promise<string>;
  /** A text without credentials. */
  readonly clean: (text: string) => string;
}

/** Version 0.0.4 of the text format is what every Prometheus reads. */
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** The pages of a watch. */
export function watchPages(status: WatchStatus, now: () => number, renderers: Renderers): Pages {
  const reportPage = (type: string, render: (shown: ShownReport) => Promise<string>) => {
    const cached = new CachedText(render);
    return async (): Promise<Page> => {
      const { shown } = status;
      if (shown === null) return textPage(503, renderers.clean(notReadyReason(status) ?? ''));
      return { status: 200, type, body: await cached.of(shown) };
    };
  };
  const check = (problem: () => string | null) => (): Page => {
    const reason = problem();
    return reason === null ? textPage(200, 'ok') : textPage(503, renderers.clean(reason));
  };
  return new Map<string, () => Page | Promise<Page>>([
    ['/', reportPage('text/html; charset=utf-8', renderers.html)],
    ['/api/report', reportPage('application/json; charset=utf-8', renderers.json)],
    [
      '/metrics',
      async () => ({
        status: 200,
        type: metricsType,
        body: await renderers.metrics(status, now()),
      }),
    ],
    ['/healthz', check(() => stuckReason(status, now()))],
    ['/readyz', check(() => notReadyReason(status))],
  ]);
}

/** The bytes of the newest report, made once however many clients want them. */
class CachedText {
  readonly #render: (shown: ShownReport) => Promise<string>;
  #shown: ShownReport | null = null;
  #bytes: Promise<Buffer> | null = null;

  constructor(render: (shown: ShownReport) => Promise<string>) {
    this.#render = render;
  }

  of(shown: ShownReport): Promise<Buffer> {
    if (this.#bytes === null || this.#shown !== shown) {
      this.#shown = shown;
      this.#bytes = this.#render(shown).then((text) => Buffer.from(text));
      this.#bytes.catch(() => {
        this.#bytes = null;
      });
    }
    return this.#bytes;
  }
}
