import type { Clock } from '../../io.ts';
import type { Meter } from '../../kubecost/cost-responses.ts';
import type { Progress } from '../../reporter.ts';

/** Milliseconds between two updates of the line. */
const interval = 200;

/** The progress line of a local run: windows, bytes, rows per second. */
export class LocalProgress implements Meter {
  bytes = 0;
  rows = 0;
  #done = 0;
  #windows = 0;
  readonly #clock: Clock;
  readonly #line: Progress;
  readonly #began: number;
  #updated = 0;

  constructor(clock: Clock, line: Progress) {
    this.#clock = clock;
    this.#line = line;
    this.#began = clock.now();
  }

  /** Sets how many windows there are. */
  expect(windows: number): void {
    this.#windows = windows;
  }

  moved(): void {
    const now = this.#clock.now();
    if (now - this.#updated < interval) return;
    this.#updated = now;
    this.#line.update(`auditing: ${this.#text()}`);
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

  #text(): string {
    const seconds = Math.max(this.#clock.now() - this.#began, 1) / 1000;
    const rate = Math.round(this.rows / seconds).toLocaleString('en-US');
    return (
      `${this.#done} of ${this.#windows} windows, ${(this.bytes / 1e6).toFixed(1)} MB, ` +
      `${this.rows.toLocaleString('en-US')} rows (${rate} per second)`
    );
  }
}
