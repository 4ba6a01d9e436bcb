import { type DoctorReport, type DoctorStep, type DoctorStepName, doctorSteps } from './schema.ts';

/** A cross: what went wrong, what to do, and what to type. */
export interface DoctorFinding {
  readonly detail: string;
  readonly hint?: string | null | undefined;
  readonly command?: string | null | undefined;
}

/** Collects the steps of one examination, in their order. */
export class DoctorReportBuilder {
  readonly #clean: (text: string) => string;
  readonly #steps = new Map<DoctorStepName, DoctorStep>();
  server: string | null = null;
  product: DoctorReport['product'] = null;
  version: string | null = null;
  clusterId: string | null = null;

  /** @param clean takes out of a text what no output may show: steps quote what servers say */
  constructor(clean: (text: string) => string = (text) => text) {
    this.#clean = clean;
  }

  pass(step: DoctorStepName, detail: string): void {
    this.#set(step, 'passed', { detail });
  }

  skip(step: DoctorStepName, detail: string): void {
    this.#set(step, 'skipped', { detail });
  }

  warn(step: DoctorStepName, finding: DoctorFinding): void {
    this.#set(step, 'warning', finding);
  }

  fail(step: DoctorStepName, finding: DoctorFinding): void {
    this.#set(step, 'failed', finding);
  }

  /** Steps that were not come to say so. */
  report(): DoctorReport {
    const names = Object.keys(doctorSteps) as DoctorStepName[]; // keys() forgets which
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

  #set(step: DoctorStepName, status: DoctorStep['status'], finding: DoctorFinding): void {
    const { detail, hint = null, command = null } = finding;
    this.#steps.set(step, {
      step,
      status,
      detail: this.#clean(detail),
      hint: hint && this.#clean(hint),
      command: command && this.#clean(command),
    });
  }
}

function skipped(step: DoctorStepName): DoctorStep {
  return { step, status: 'skipped', detail: 'not reached', hint: null, command: null };
}
