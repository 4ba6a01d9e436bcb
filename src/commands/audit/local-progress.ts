import type { Clock } from '../../io.ts';
import type { Meter } from '../../kubecost/cost-responses.ts';
import { countText, durationText } from '../../output/format.ts';
import type { Progress } from '../../reporter.ts';
import { formatTime, type Span } from '../../time.ts';

/** Milliseconds between two updates of the line. */
const interval = 200;

/** The progress line of a local run: window, endpoint, bytes and rows per second, time left. */
export class LocalProgress implements Meter {
  bytes = 0;
  rows = 0;
  #done = 0;
  #windows = 0;
  readonly #clock: Clock;
  readonly #line: Progress;
  readonly #began: number;
  #updated = 0;
  #request = '';

  constructor(clock: Clock, line: Progress) {
    this.#clock = clock;
    this.#line = line;
    this.#began = clock.now();
  }

  /** Sets how many windows there are. */
  expect(windows: number): void {
    this.#windows = windows;
  }

  /** Sets the request that is being read. */
  fetching(path: string, window: Span): void {
    this.#request = `${path} of ${formatTime(window.start).slice(0, 10)}`;
    this.moved();
  }

  moved(): void {
    const now = this.#clock.now();
    if (now - this.#updated < interval) return;
    this.#updated = now;
    this.#line.update(this.#currentText(now));
  }

  windowDone(): void {
    this.#done++;
    this.#updated = 0;
    this.moved();
  }

  stop(): void {
    this.#line.stop();
  }

  /** One line for the end of the run. */
  summary(product: string): string {
    return `audited ${product} locally: ${this.#text()}`;
  }

  /** `window 3 of 7, /allocation of 2026-11-23, 5.8 MB (2.1 MB/s), 4,021 rows (3,469/s), 12s left`. */
  #currentText(now: number): string {
    const seconds = Math.max(now - this.#began, 1) / 1000;
    const windows = Math.min(this.#done + 1, this.#windows);
    const megabytes = this.bytes / 1e6;
    const left = this.#windows - this.#done;
    const time = this.#done === 0 ? '' : `, ${durationText((seconds / this.#done) * left)} left`;
    return [
      `window ${windows} of ${this.#windows}`,
      ...(this.#request === '' ? [] : [this.#request]),
      `${megabytes.toFixed(1)} MB (${(megabytes / seconds).toFixed(1)} MB/s)`,
      `${countText(this.rows)} rows (${countText(Math.round(this.rows / seconds))}/s)${time}`,
    ].join(', ');
  }

  #text(): string {
    const seconds = Math.max(this.#clock.now() - this.#began, 1) / 1000;
    const rate = Math.round(this.rows / seconds).toLocaleString('en-US');
    return (
      `${this.#done} of ${this.#windows} windows, ${(this.bytes / 1e6).toFixed(1)} MB, ` +
      `${this.rows.toLocaleString('en-US')} rows (${rate} per second)`
    );
  }
}
