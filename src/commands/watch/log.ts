import { countText, plural } from '../../output/format.ts';
import { sanitize } from '../../output/sanitize.ts';
import { formatTime } from '../../time.ts';
import type { EndedRun, WatchStatus } from '../../watch/status.ts';
import type { Context } from '../command.ts';

/** What a watch writes: a line on stdout for each run, and warnings on stderr. */
export class WatchLog {
  readonly #context: Context;
  /** Where several servers are watched, which one; a reporter of several names it already. */
  readonly #prefix: string;
  #known: ReadonlySet<string> = new Set();

  /** @param server its name among several */
  constructor(context: Context, server: string | null = null) {
    this.#context = context;
    this.#prefix = server === null ? '' : `${sanitize(server)}: `;
  }

  async listening(url: string, isPublic: boolean): Promise<void> {
    await this.#line(`listening on ${url}`);
    if (!isPublic) return;
    await this.#context.reporter.note(
      'there is no login: anyone who can reach this address can read the report',
    );
  }

  /** A run that ended: what it found, and which findings are new or gone since the run before. */
  async ended({ result, failures }: EndedRun, status: WatchStatus): Promise<void> {
    const { shown, evaluated, nextRun } = status;
    const next = nextRun === null ? '' : `; next run at ${formatTime(nextRun)}`;
    const [first, ...more] = failures;
    if (first !== undefined) {
      const others = more.length > 0 ? ` (and ${more.length} more)` : '';
      await this.#context.reporter.warn(
        `${this.#time()} ${this.#prefix}run ${result}: ${sanitize(first)}${others}${next}`,
      );
    }
    if (result === 'failed' || shown === null) return;
    const { report } = shown;
    const findings = plural(report.findings.length, 'finding');
    await this.#line(
      `run ${result}: ${findings}, ${countText(evaluated)} days evaluated since the start${next}`,
    );
    const ids = new Set(report.findings.map(({ id }) => id));
    for (const { id, title } of report.findings) {
      if (!this.#known.has(id)) await this.#line(`new finding: ${sanitize(`${id}: ${title}`)}`);
    }
    for (const id of this.#known) {
      if (!ids.has(id)) await this.#line(`no longer found: ${sanitize(id)}`);
    }
    this.#known = ids;
  }

  async #line(text: string): Promise<void> {
    await this.#context.deps.io.stdout.write(`${this.#time()} ${this.#prefix}${text}\n`);
  }

  #time(): string {
    return formatTime(this.#context.deps.clock.now());
  }
}
