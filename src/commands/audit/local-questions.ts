import type { Day } from '../../audit/local/day.ts';
import type { Question } from '../../audit/local/questions.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { type Asking, ask, type Meter } from '../../kubecost/cost-answers.ts';
import { GatewayError, MissingEndpoint, RefusedQuestion } from '../../kubecost/failure.ts';
import type { Product } from '../../kubecost/product.ts';
import type { CostMetric } from '../../kubecost/schemas/cloud-cost.ts';

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
  readonly day: Day;
  readonly question: Question;
}

/** Asks the questions of many windows, few at a time; what fails is the answer to its question. */
export class Questioner {
  /** Why requests failed, and what their answers lacked; each reason once. */
  readonly failures: string[] = [];
  readonly #asking: Asking;
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
  async askAll(days: readonly Day[], judge: (day: Day) => Promise<void>): Promise<void> {
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
  async askInTurn(day: Day): Promise<void> {
    for (const question of day.questions) await this.#ask(day, question);
  }

  /** Notes why not all of the data is there. */
  failed(reason: string): void {
    if (!this.failures.includes(reason)) this.failures.push(reason);
  }

  async #ask(day: Day, question: Question): Promise<void> {
    if (this.#stopped !== null) {
      day.unanswered(question, { reason: this.#stopped, cannot: false });
      return;
    }
    try {
      const answered = await ask(question, day.window, () => day.intake(question), this.#asking);
      day.answered(question, answered);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof DataError)) throw error;
      const cannot = error instanceof MissingEndpoint || error instanceof RefusedQuestion;
      day.unanswered(question, { reason: error.message, cannot });
      if (!cannot) this.failed(error.message);
      if (error instanceof GatewayError) {
        this.#stopped ??= `not asked any more, after ${error.message}`;
      }
    }
  }
}
