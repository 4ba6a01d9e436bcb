import { auditsOf } from '../../audits/server/audit-sets.ts';
import { type Awaited, inRange, outstanding, rangeOf } from '../../audits/server/outstanding.ts';
import { type AuditType, serverAuditTypes } from '../../audits/types.ts';
import { choice, duration, flag, type OptionSet, type Values } from '../../config/option.ts';
import { DataError, UsageError, WaitError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { spanOf, type Window } from '../../kubecost/window.ts';
import { type Context, defineCommand, type Outcome } from '../command.ts';
import { windowFrom } from '../window-option.ts';
import { readAcceptance } from './acceptance.ts';
import { chooseEngine, refuseUnsupported } from './engine.ts';
import { localOptions } from './local-options.ts';
import { localOutcome } from './local-outcome.ts';
import { displayOptions, gateOptions, selectionOptions } from './options.ts';
import { auditOutcome } from './outcome.ts';
import { readAuditSets, startAudits } from './server-audits.ts';

const options = {
  ...selectionOptions,
  ...displayOptions,
  ...gateOptions('failed'),
  engine: choice(
    {
      flags: '--engine <engine>',
      description: 'who computes the audits; auto: the server where it can, else kc-etl',
      fallback: 'auto',
    },
    ['auto', 'server', 'local'],
  ),
  commit: flag({ flags: '--commit', description: 'confirms a run over everything' }),
  wait: flag(
    { flags: '--no-wait', description: 'start the audits and do not wait for them' },
    true,
  ),
  waitTimeout: duration({
    flags: '--wait-timeout <duration>',
    description: 'how long to wait for the audits',
    fallback: 600_000,
    fallbackText: '10m',
  }),
  ...localOptions,
} satisfies OptionSet;

type RunOptions = Values<typeof options>;

/** `audit run`: starts audits on the server, waits until they ran, and judges them. */
export const auditRun = defineCommand({
  examples: [
    'kc-etl audit run --type AuditClusterEquality --commit',
    'kc-etl audit run --window yesterday --fail-on warning',
    'kc-etl audit run --window 7d -o json | jq .gate.passed',
    'kc-etl audit run --engine local --window 7d --tolerance 0.5%',
  ],
  options,
  prints: 'audits',
  run: runAudits,
});

async function runAudits(values: RunOptions, context: Context): Promise<Outcome> {
  refuseUnsupported(values);
  if (values.window === null && !values.commit) {
    throw new UsageError(
      'audit run: over which window?',
      'add --window <window>, or --commit to run the audits over everything',
    );
  }
  const window = await windowFrom(values.window, context);
  const acceptance = await readAcceptance(values.baseline, context);
  const client = await context.connect();
  const choice = await chooseEngine(client, window, values, context);
  if (choice.engine === 'local') {
    return localOutcome(client, window, values, { context, acceptance });
  }
  const { before } = choice;
  const ahead = before.date === null ? 0 : before.date - context.deps.clock.now();
  const started = await start(client, window, values, () => context.deps.clock.now() + ahead);
  const question = {
    kind: 'audits',
    server: client.server,
    engine: 'server',
    message: started.message,
    view: { ...values, statuses: values.status },
    strict: values.strict,
    acceptance,
  } as const;
  if (!values.wait) return auditOutcome([], { ...question, failOn: 'never' });
  const awaited: Awaited = {
    types: values.type,
    range: started.range ?? (window && spanOf(window.query, context.deps.clock.now())),
    since: started.since,
    before: before.sets,
  };
  const sets = await waitFor(client, window, awaited, values.waitTimeout, context);
  const types: readonly AuditType[] = values.type.length > 0 ? values.type : serverAuditTypes;
  return auditOutcome(auditsOf(inRange(sets, awaited), types), {
    ...question,
    failOn: values.failOn,
  });
}

/**
 * One POST for each type, or one for all. What counts is when each was sent: an audit may have run
 * before its answer is there.
 *
 * @param serverNow the server's clock, in ms since 1970
 */
async function start(
  client: Client,
  window: Window | null,
  { type, commit }: RunOptions,
  serverNow: () => number,
) {
  const messages: string[] = [];
  const sent = new Map<AuditType | null, number>();
  for (const one of type.length > 0 ? type : [null]) {
    sent.set(one, serverNow());
    messages.push(await startAudits(client, { window: window?.query ?? null, commit, type: one }));
  }
  const all = sent.get(null) ?? 0;
  const since = (one: AuditType) => sent.get(one) ?? all;
  return { message: messages.join('\n'), since, range: rangeOf(messages[0] ?? '') };
}

const firstPoll = 1_000;
const slowestPoll = 15_000;

/** Asks until everything awaited has run. A poll that fails is noted, and the next one asks again. */
async function waitFor(
  client: Client,
  window: Window | null,
  awaited: Awaited,
  timeout: number,
  { deps, reporter }: Context,
) {
  const deadline = deps.clock.now() + timeout;
  const progress = await reporter.progress('waiting for the audits');
  let missing = 'the server has not shown any AuditSet of this window';
  try {
    for (let pause = firstPoll; ; pause = Math.min(pause * 2, slowestPoll)) {
      const left = deadline - deps.clock.now();
      if (left <= 0) throw new WaitError(`the audits did not finish in time: ${missing}`, waitHint);
      await deps.clock.sleep(Math.min(pause, left), deps.signal);
      try {
        const { sets } = await readAuditSets(client, window?.query ?? null);
        const still = outstanding(sets, awaited);
        const expected = inRange(sets, awaited);
        if (still.length === 0 && expected.length > 0) return sets;
        if (expected.length > 0) missing = describe(still);
        progress.update(`waiting for the audits: ${missing}`);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        await reporter.warn(`${error.message}; asking again`);
      }
    }
  } finally {
    progress.stop();
  }
}

const waitHint = 'allow more with --wait-timeout, or look later with: kc-etl audit list';

function describe(still: ReturnType<typeof outstanding>): string {
  const [first] = still;
  if (!first) return 'nothing';
  const more = still.length > 1 ? ` and ${still.length - 1} more` : '';
  return `${first.type} of ${first.window.start}${more} has not run`;
}
