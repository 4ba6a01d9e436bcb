import type { WindowResult } from '../../audits/local/run.ts';
import type { ErrorEvent } from '../../diagnosis/context.ts';
import { hasEtl, productLine } from '../../diagnosis/product-line.ts';
import type { Client } from '../../kubecost/client.ts';
import { readMetricsRetention } from '../../kubecost/metrics-retention.ts';
import type { Product } from '../../kubecost/product.ts';
import { type Span, windowOf } from '../../time.ts';
import { readErrorEvents } from './error-events.ts';

/** What a finding says about the repair of its day besides what the audits know. */
interface DayFacts {
  /** Milliseconds that Prometheus keeps samples; null for a day that needs no repair, or where not reported. */
  readonly metricsRetention: number | null;
  /** Errors of the event log about the day. */
  readonly errors: readonly ErrorEvent[];
}

type Evaluated = Pick<WindowResult, 'window' | 'audits' | 'presence'>;

/** Reader of what is known about repairs: the retention and the event log are each requested once. */
export class RepairFacts {
  readonly #client: Client;
  readonly #product: Product;
  #retention: Promise<number | null> | null = null;
  #errors: Promise<readonly ErrorEvent[]> | null = null;

  constructor({ client, product }: { readonly client: Client; readonly product: Product }) {
    this.#client = client;
    this.#product = product;
  }

  /** @param evaluated every window of the run, for the errors of all are read at once */
  async of(result: Evaluated, evaluated: readonly Span[]): Promise<DayFacts> {
    const isEmpty = result.presence.empty.length > 0;
    const failed = result.audits.filter(({ status }) => status === 'Failed');
    if (!hasEtl(productLine(this.#product)) || (failed.length === 0 && !isEmpty)) {
      return { metricsRetention: null, errors: [] };
    }
    this.#retention ??= readMetricsRetention(this.#client, this.#product);
    const hasErrors =
      isEmpty || failed.some(({ type }) => type === 'AuditAllocationReconciliation');
    return {
      metricsRetention: await this.#retention,
      errors: hasErrors ? await this.#errorsOf(result.window.span, evaluated) : [],
    };
  }

  async #errorsOf(span: Span, evaluated: readonly Span[]): Promise<readonly ErrorEvent[]> {
    this.#errors ??= readErrorEvents(
      this.#client,
      new Set(evaluated.map((window) => windowOf(window).start)),
    );
    const { start } = windowOf(span);
    return (await this.#errors).filter(({ window }) => window.start === start);
  }
}
