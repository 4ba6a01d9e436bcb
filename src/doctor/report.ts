import { type DoctorReport, type DoctorStep, type DoctorStepName, doctorSteps } from './schema.ts';

/** The outcome of a step that warns or fails: the fact, the advice, the command to type. */
export interface StepProblem {
  readonly detail: string;
  readonly hint?: string | null | undefined;
  readonly command?: string | null | undefined;
}

/** Builder of one doctor report; steps appear in their fixed order, whatever order they ran in. */
export class DoctorReportBuilder {
  readonly #redact: (text: string) => string;
  readonly #steps = new Map<DoctorStepName, DoctorStep>();
  server: string | null = null;
  product: DoctorReport['product'] = null;
  version: string | null = null;
  clusterId: string | null = null;

  /** @param redact removes secrets from a text, since steps quote servers */
  constructor(redact: (text: string) => string = (text) => text) {
    this.#redact = redact;
  }

  pass(step: DoctorStepName, detail: string): void {
    this.#set(step, 'passed', { detail });
  }

  skip(step: DoctorStepName, detail: string): void {
    this.#set(step, 'skipped', { detail });
  }

  warn(step: DoctorStepName, problem: StepProblem): void {
    this.#set(step, 'warning', problem);
  }

  fail(step: DoctorStepName, problem: StepProblem): void {
    this.#set(step, 'failed', problem);
  }

  /** The report so far; steps that did not run are `skipped` with the detail `not reached`. */
  report(): DoctorReport {
    const names = Object.keys(doctorSteps) as DoctorStepName[]; // keys() loses the record's type
    const steps = names.map((step) => this.#steps.get(step) ?? skipped(step));
    return {
      schemaVersion: 1,
      server: this.server,
      product: this.product,
      version: this.version,
      clusterId: this.clusterId,
      healthy: steps.every(({ status }) => status !== 'failed'),
      steps,
    };
  }

  #set(step: DoctorStepName, status: DoctorStep['status'], problem: StepProblem): void {
    const { detail, hint = null, command = null } = problem;
    this.#steps.set(step, {
      step,
      status,
      detail: this.#redact(detail),
      hint: hint && this.#redact(hint),
      command: command && this.#redact(command),
    });
  }
}

function skipped(step: DoctorStepName): DoctorStep {
  return { step, status: 'skipped', detail: 'not reached', hint: null, command: null };
}
