import { spawn } from 'node:child_process';
import type { Dispatcher } from 'undici';
import { run } from '../../src/cli.ts';
import type { Deps } from '../../src/commands/deps.ts';
import { type Clock, MemorySink } from '../../src/io.ts';
import { openDispatcher } from '../../src/kubecost/connection/dispatcher.ts';

/** A clock that stands still, and whose sleeps take no time but move it. */
export class TestClock implements Clock {
  time: number;
  readonly sleeps: number[] = [];

  constructor(time: string | number = '2023-01-18T09:30:00Z') {
    this.time = typeof time === 'number' ? time : Date.parse(time);
  }

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.time += ms;
  }
}

export interface TestDeps extends Deps {
  readonly clock: TestClock;
  readonly io: { stdin: () => AsyncIterable<Uint8Array>; stdout: MemorySink; stderr: MemorySink };
}

/** Everything a run needs, with nothing of the real world but the network. */
export function testDeps(overrides: Partial<TestDeps> & { columns?: number } = {}): TestDeps {
  const { columns, ...given } = overrides;
  return {
    io: {
      stdin: async function* () {},
      stdout: new MemorySink(columns === undefined ? {} : { columns }),
      stderr: new MemorySink(),
    },
    env: {},
    clock: new TestClock(),
    dispatcher: openDispatcher,
    spawn: async (command, args, options) => spawn(command, args, options),
    foreground: (work) => work(),
    cwd: () => '/',
    isKubectlPlugin: false,
    signal: new AbortController().signal,
    catchSignals() {},
    random: () => 1,
    ...given,
  };
}

/** What a run left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command line in this process. */
export async function ran(argv: readonly string[], deps: TestDeps = testDeps()): Promise<Ran> {
  const code = await run(argv, { ...deps, dispatcher: closing(deps.dispatcher) });
  for (const close of opened.splice(0)) await close();
  return { code, stdout: deps.io.stdout.text, stderr: deps.io.stderr.text };
}

const opened: (() => Promise<void>)[] = [];

/** Connections that are closed with the test, so that its server can close too. */
function closing(open: Deps['dispatcher']): Deps['dispatcher'] {
  return async (transport): Promise<Dispatcher> => {
    const dispatcher = await open(transport);
    opened.push(() => dispatcher.close());
    return dispatcher;
  };
}
