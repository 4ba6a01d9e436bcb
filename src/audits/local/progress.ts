import type { Clock } from '../../io.ts';
import type { Meter } from '../../kubecost/cost-responses.ts';
import type { Progress as Spinner } from '../../reporter.ts';

const between = 200;

/** What a person sees of a local run while it goes on: windows, bytes, rows per second. */
export class Progress implements Meter {
  bytes = 0;
  rows = 0;
  #done = 0;
  readonly #windows: number;
  readonly #clock: Clock;
  readonly #spinner: Spinner;
  readonly #began: number;
  #shown = 0;

  constructor(windows: number, clock: Clock, spinner: Spinner) {
    this.#windows = windows;
    this.#clock = clock;
    this.#spinner = spinner;
    this.#began = clock.now();
  }

  moved(): void {
    const now = this.#clock.now();
    if (now - this.#shown < between) return;
    this.#shown = now;
    this.#spinner.update(`auditing: ${this.#text()}`);
  }

  windowDone(): void {
    this.#done++;
    this.#shown = 0;
    this.moved();
  }

  stop(): void {
    this.#spinner.stop();
  }

  /** One line for afterwards. */
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
