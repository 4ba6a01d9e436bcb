import { formatTime, type Span, second } from '../time.ts';
import type { RepairTarget } from './evidence.ts';
import { planStep } from './plan.ts';
import type { RepairStep, StoredTotals } from './schema.ts';
import type { RepairSource } from './source.ts';

export interface RunOptions {
  readonly source: RepairSource;
  now(): number;
  /** Rejects when the user interrupts. */
  sleep(ms: number): Promise<void>;
  /** Longest wait for one set, in milliseconds. */
  readonly waitTimeout: number;
  /** Confirms a day before its first request; false ends the run. */
  confirm(day: Span): Promise<boolean>;
  /** Called whenever a step changed, so that it can be saved. */
  changed(step: RepairStep): Promise<void>;
}

/** Pauses between two looks at a rebuild. */
const pauses = [2, 3, 5, 10, 15].map((seconds) => seconds * second);

/** How a run ended: all done, a failure, a wait that was too long, or a confirmation that was not given. */
export type RunEnd = 'done' | 'failed' | 'timeout' | 'declined';

/**
 * Carries out the planned steps one at a time. A step is done when the server says that the set was
 * saved and the set is as large as the plan allows; the first failure ends the run.
 *
 * @param targets of the steps, by order
 * A step that was not seen to end in time stays sent, and a later run continues to wait for it.
 */
export async function runRepair(
  steps: RepairStep[],
  targets: ReadonlyMap<number, RepairTarget>,
  options: RunOptions,
): Promise<RunEnd> {
  let confirmed: string | null = null;
  for (const step of steps) {
    if (step.state === 'failed') return 'failed';
    if (step.state !== 'planned' && step.state !== 'sent') continue;
    const target = targets.get(step.order);
    if (!target) throw new Error(`step ${step.order} has no target`);
    if (step.state === 'planned') {
      if (!(await recheck(step, target, options))) continue;
      if (confirmed !== step.window.start && !(await options.confirm(target.day)))
        return 'declined';
      confirmed = step.window.start;
      if (!(await send(step, target, options))) return 'failed';
    }
    const end = await finish(step, target, options);
    if (end !== 'done') return end;
  }
  return 'done';
}

/** Plans the step again: time has passed, and earlier steps have changed the day. */
async function recheck(
  step: RepairStep,
  target: RepairTarget,
  { source, changed }: RunOptions,
): Promise<boolean> {
  const evidence = await source.evidence(target.day);
  Object.assign(step, planStep(target, step.order, evidence, await source.server()));
  await changed(step);
  return step.state === 'planned';
}

async function send(
  step: RepairStep,
  { store, day }: RepairTarget,
  { source, changed }: RunOptions,
): Promise<boolean> {
  const server = await source.server();
  step.sent = formatTime(server.now);
  step.state = 'sent';
  await changed(step);
  const answer = await source.send(store, day);
  if (answer.kind !== 'rejected') return true;
  await fail(step, `the request was rejected: ${answer.reason}`, changed);
  return false;
}

async function fail(
  step: RepairStep,
  reason: string,
  changed: RunOptions['changed'],
): Promise<'failed'> {
  step.state = 'failed';
  step.reason = reason;
  await changed(step);
  return 'failed';
}

/** Waits until the set is rebuilt, and compares it. */
async function finish(
  step: RepairStep,
  target: RepairTarget,
  options: RunOptions,
): Promise<'done' | 'failed' | 'timeout'> {
  const { source, changed } = options;
  const problem = await waitFor(step, target, options);
  if (problem === timeout) return timeout;
  if (problem !== null) return fail(step, problem, changed);
  const stored = await source.stored(target.store, target.day);
  if ('failure' in stored) {
    return fail(step, `the rebuilt set could not be read: ${stored.failure}`, changed);
  }
  step.after = stored.value;
  const loss = lossOf(step, stored.value);
  if (loss === null) {
    step.state = 'done';
    await changed(step);
    return 'done';
  }
  const file = await source.backupFile(target.store, target.day);
  const restore = file === null ? 'the file of the day' : file;
  return fail(step, `${loss}; restore ${restore} from the ETL backup`, changed);
}

/** How a rebuilt set is smaller than the plan allows; null where it is not. */
function lossOf({ minimum, before }: RepairStep, after: StoredTotals): string | null {
  if (after.rows === 0) return 'the rebuilt set is empty';
  if (!minimum || !before) return null;
  if (after.rows < minimum.rows) return `the set shrank from ${before.rows} to ${after.rows} rows`;
  if (after.cost < minimum.cost) {
    return `the cost of the set shrank from ${before.cost.toFixed(2)} to ${after.cost.toFixed(2)}`;
  }
  return null;
}

const timeout = 'timeout';

/** @returns `timeout`, or why the rebuild did not end well; null where the set was rebuilt */
async function waitFor(
  step: RepairStep,
  { store, day }: RepairTarget,
  { source, sleep, now, waitTimeout }: RunOptions,
): Promise<string | null> {
  const sent = Date.parse(step.sent ?? '');
  const began = now();
  let idle = 0;
  for (let looks = 0; ; looks++) {
    const progress = await source.progress(store, day, sent);
    if (progress.error !== null) return `the server reports an error: ${progress.error}`;
    if (progress.saved === true && !progress.repairing) return null;
    if (progress.restarted && !progress.repairing) {
      return 'the server restarted during the repair and has forgotten it; plan again';
    }
    // without a log a set counts as rebuilt when it has stopped being repaired for a while
    idle = progress.repairing ? 0 : idle + 1;
    if (progress.saved === null && idle >= idleLooks) return null;
    if (now() - began >= waitTimeout) return timeout;
    await sleep(pauses[Math.min(looks, pauses.length - 1)] ?? second);
  }
}

/** Looks without a repair in progress after which a set without a log is compared. */
const idleLooks = 4;
