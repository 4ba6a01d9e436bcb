import type { ShownServers, WatchGroup } from './group.ts';
import { type Page, type Pages, textPage } from './http/page.ts';
import type { ShownReport } from './status.ts';

/** What the report pages show. */
export type Shown = ShownReport | ShownServers;

/** How reports and metrics become text; credentials are removed from what they return. */
export interface Renderers {
  readonly metrics: (group: WatchGroup, now: number) => string | Promise<string>;
  readonly html: (shown: Shown) => Promise<string>;
  readonly json: (shown: Shown) => Promise<string>;
  /** A text without credentials. */
  readonly clean: (text: string) => string;
}

/** Version 0.0.4 of the text format is what every Prometheus reads. */
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** The pages of a watch. */
export function watchPages(group: WatchGroup, now: () => number, renderers: Renderers): Pages {
  const reportPage = (type: string, render: (shown: Shown) => Promise<string>) => {
    const cached = new CachedText(render);
    return async (): Promise<Page> => {
      const { shown } = group;
      if (shown === null) return textPage(503, renderers.clean(group.notReadyReason ?? ''));
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
        body: await renderers.metrics(group, now()),
      }),
    ],
    ['/healthz', check(() => group.stuckReason(now()))],
    ['/readyz', check(() => group.notReadyReason)],
  ]);
}

/** The bytes of the newest report, made once however many clients want them. */
class CachedText {
  readonly #render: (shown: Shown) => Promise<string>;
  #shown: Shown | null = null;
  #bytes: Promise<Buffer> | null = null;

  constructor(render: (shown: Shown) => Promise<string>) {
    this.#render = render;
  }

  of(shown: Shown): Promise<Buffer> {
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
