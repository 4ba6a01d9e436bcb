import { duration, flag, type OptionSet, parsed, type Values } from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import type { RepairTarget } from '../../repair/evidence.ts';
import { type RunEnd, runRepair } from '../../repair/run.ts';
import type { RepairReport } from '../../repair/schema.ts';
import { isUnfinished, type RepairState } from '../../repair/state.ts';
import { repairStores } from '../../repair/stores.ts';
import type { Progress } from '../../reporter.ts';
import { day, type Span } from '../../time.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { findingsOf } from './audits.ts';
import { confirmed, confirmOnTerminal } from './confirm.ts';
import { repairOutcome } from './outcome.ts';
import { type Planned, planFor, planOptions, planTargets } from './planning.ts';
import { readState, snapshotIn, writeState } from './state-file.ts';

const options = {
  ...planOptions,
  yes: flag({
    flags: '--yes',
    description: 'send the repairs without asking',
    settable: 'never',
    scope: 'repair',
  }),
  dryRun: flag({ flags: '--dry-run', description: 'only plan, as repair plan does' }),
  state: parsed<string>(
    {
      flags: '--state <dir>',
      description: 'directory of the snapshot and the state; an interrupted run is resumed from it',
      fallback: 'kc-etl-repair',
      fallbackText: 'kc-etl-repair',
    },
    (given) => given,
  ),
  waitTimeout: duration({
    flags: '--wait-timeout <duration>',
    description: 'how long to wait for one set',
    fallback: 600_000,
    fallbackText: '10m',
  }),
} satisfies OptionSet;

type RunValues = Values<typeof options>;

/** `repair run`: rebuilds the planned sets one after the other. */
export const repairRun = defineCommand({
  description:
    'Carries out a plan: audits and records the days first, then sends one repair, waits until the set\n' +
    'is saved, compares it with what it was, and goes on. It stops at the first failure, and where a\n' +
    'set has become smaller than the plan allows; then it names the file to restore. A repair request\n' +
    'is never sent twice. At the end the days are audited again.',
  examples: [
    'kc-etl repair run --window 4d --dry-run',
    'kc-etl repair run --from-findings report.json --yes',
    'kc-etl repair run --yes --state kc-etl-repair',
  ],
  options,
  prints: 'repair',
  run: repair,
});

async function repair(values: RunValues, context: Context): Promise<Outcome> {
  if (context.globals.from !== null) {
    throw new UsageError(
      '--from: a recording cannot be repaired',
      'plan on it with: kc-etl repair plan --from <dir>',
    );
  }
  const isTerminal = context.deps.io.stderr.isTTY;
  if (!values.yes && !values.dryRun && !isTerminal) {
    throw new UsageError(
      'repair run writes to the server: it needs --yes without a terminal for the confirmation',
      'look at the plan first: kc-etl repair plan',
    );
  }
  const earlier = values.dryRun ? null : await readState(values.state);
  const resumed = earlier !== null && isUnfinished(earlier) ? earlier : null;
  if (earlier !== null && resumed === null) {
    throw new UsageError(
      `--state: the repair in ${values.state} has ended`,
      'name another directory with --state for a new plan',
    );
  }
  if (!values.dryRun) context.deps.catchSignals(); // the state is kept
  const client = await context.connect();
  const planned =
    resumed === null
      ? await planFor(values, client, context)
      : await resume(resumed, client, values, context);
  const { report } = planned;
  const isPlanned = report.steps.some(({ state }) => state === 'planned' || state === 'sent');
  if (values.dryRun || !isPlanned) {
    const isFine = isPlanned || report.steps.length === 0;
    return repairOutcome(report, isFine ? 'done' : 'declined', values.state);
  }
  const days = daysOf(report);
  const findings = resumed?.findings ?? (await snapshot(client, days, values.state, context));
  const save = () => writeState(values.state, stateOf(planned, findings), context.secrets);
  await save();
  await context.reporter.note(
    `the state is in ${values.state}; after an interruption, resume it with: kc-etl repair run --state ${values.state}`,
  );
  const end = await carryOut(planned, values, save, context);
  if (report.steps.some(({ sent }) => sent !== null)) {
    report.audits = { before: findings, after: await findingsOf(client, days, context) };
    await save();
  }
  return repairOutcome(report, end, values.state);
}

/** Sends the steps; a progress line is shown only while a set is waited for. */
async function carryOut(
  { report, targets, source }: Planned,
  { yes, waitTimeout }: RunValues,
  save: () => Promise<void>,
  context: Context,
): Promise<RunEnd> {
  const { reporter } = context;
  const { clock, signal } = context.deps;
  const confirmation = yes ? confirmed : confirmOnTerminal(context);
  let progress: Progress | null = null;
  const stop = () => {
    progress?.stop();
    progress = null;
  };
  try {
    return await runRepair(report.steps, targets, {
      source,
      now: () => clock.now(),
      sleep: (ms) => clock.sleep(ms, signal),
      waitTimeout,
      confirm: (day) => confirmation.confirm(day),
      async changed({ store, window, state }) {
        stop();
        signal.throwIfAborted();
        await save();
        if (state !== 'sent') return;
        const date = window.start.slice(0, 10);
        progress = await reporter.progress(`rebuilding ${repairStores[store].data} of ${date}`);
      },
    });
  } finally {
    stop();
    await confirmation.close();
  }
}

/** Records and audits the days before anything is written. */
async function snapshot(
  client: Client,
  days: readonly Span[],
  directory: string,
  context: Context,
): Promise<string[]> {
  const { openRecorder } = await import('../../kubecost/record/recorder.ts');
  const path = snapshotIn(directory);
  const recorder = await openRecorder(path, context.secrets, context.deps.clock.now());
  let cut: string | null = 'the command ended early';
  try {
    const findings = await findingsOf(recorder.record(client), days, context);
    cut = null;
    return findings;
  } finally {
    await recorder.close(cut);
  }
}

/** @throws UsageError where the state is of another server, or options would change its plan */
async function resume(
  { report, targets, scope }: RepairState,
  client: Client,
  values: RunValues,
  context: Context,
): Promise<Planned> {
  const wanted = [
    'window',
    'since',
    'from-findings',
    'rebuild',
    'local-cluster',
    'metrics-retention',
  ].find((name) => context.cliOptions.has(name));
  if (wanted !== undefined) {
    throw new UsageError(
      `--${wanted}: ${values.state} contains an interrupted repair, which has a plan already`,
      `leave it out to resume, or name another directory with --state`,
    );
  }
  const planned = await planTargets(targets, scope, client, context);
  if (report.product !== planned.report.product) {
    throw new UsageError(
      `--state: the repair in ${values.state} is of ${report.product}, not ${planned.report.product}`,
      'connect to the server on which it began',
    );
  }
  await context.reporter.note(`resuming the repair in ${values.state}`);
  const byOrder = new Map<number, RepairTarget>(targets.map((one) => [one.order, one]));
  return { ...planned, report, targets: byOrder };
}

function stateOf({ report, targets, scope }: Planned, findings: string[]): RepairState {
  return {
    schemaVersion: 1,
    report,
    targets: [...targets].map(([order, target]) => ({
      ...target,
      order,
      excess: { ...target.excess },
    })),
    scope,
    findings,
  };
}

/** The days with a step that was not refused, oldest first. */
function daysOf({ steps }: RepairReport): Span[] {
  const starts = steps
    .filter(({ state }) => state !== 'refused')
    .map(({ window }) => Date.parse(window.start));
  return [...new Set(starts)].sort((a, b) => a - b).map((start) => ({ start, end: start + day }));
}
