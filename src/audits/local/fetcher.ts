import type { CostRequest } from '../../costs/requests.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { type FetchContext, fetchCosts, type Meter } from '../../kubecost/cost-responses.ts';
import { BadRequestError, EndpointNotFoundError, GatewayError } from '../../kubecost/failure.ts';
import type { Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';
import type { AuditWindow } from './audit-window.ts';

interface QuestionerOptions {
  readonly client: Client;
  readonly product: Product;
  readonly metric: CostMetric;
  /** Requests at a time. */
  readonly concurrency: number;
  readonly withProperties: boolean;
  readonly progress: Meter;
  readonly signal: AbortSignal;
}

interface Task {
  readonly day: AuditWindow;
  readonly question: CostRequest;
}

/** Asks the questions of many windows, few at a time; what fails is the answer to its question. */
export class Fetcher {
  /** Why requests failed, and what their answers lacked; each reason once. */
  readonly failures: string[] = [];
  readonly #asking: FetchContext;
  readonly #concurrency: number;
  readonly #signal: AbortSignal;
  /** Why nothing more is asked. */
  #stopped: string | null = null;

  constructor({ client, product, metric, withProperties, progress, ...rest }: QuestionerOptions) {
    this.#asking = { client, product, metric, withProperties, meter: progress };
    this.#concurrency = rest.concurrency;
    this.#signal = rest.signal;
  }

  /** Window after window; each is judged when its last answer is there. */
  async askAll(
    days: readonly AuditWindow[],
    judge: (day: AuditWindow) => Promise<void>,
  ): Promise<void> {
    const open = new Map(days.map((day) => [day, day.questions.length]));
    for (const day of days) if (day.questions.length === 0) await judge(day);
    const tasks = days
      .flatMap((day) => day.questions.map((question): Task => ({ day, question })))
      [Symbol.iterator]();
    const work = async () => {
      for (const { day, question } of tasks) {
        await this.#ask(day, question);
        const left = (open.get(day) ?? 0) - 1;
        open.set(day, left);
        if (left === 0) await judge(day);
      }
    };
    await Promise.all(Array.from({ length: this.#concurrency }, work));
  }

  /** All questions of one window, one after the other. */
  async askInTurn(day: AuditWindow): Promise<void> {
    for (const question of day.questions) await this.#ask(day, question);
  }

  /** Notes why not all of the data is there. */
  failed(reason: string): void {
    if (!this.failures.includes(reason)) this.failures.push(reason);
  }

  async #ask(day: AuditWindow, question: CostRequest): Promise<void> {
    if (this.#stopped !== null) {
      day.unanswered(question, { reason: this.#stopped, cannot: false });
      return;
    }
    try {
      const answered = await fetchCosts(
        question,
        day.window,
        () => day.intake(question),
        this.#asking,
      );
      day.answered(question, answered);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof DataError)) throw error;
      const cannot = error instanceof EndpointNotFoundError || error instanceof BadRequestError;
      day.unanswered(question, { reason: error.message, cannot });
      if (!cannot) this.failed(error.message);
      if (error instanceof GatewayError) {
        this.#stopped ??= `not asked any more, after ${error.message}`;
      }
    }
  }
}
