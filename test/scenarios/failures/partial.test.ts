import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../../src/demo/server.ts';
import { TestClock } from '../../support/deps.ts';
import { faultsOf, now, runCell } from './cell.ts';
import { type AskingCommand, askingCommands } from './commands.ts';
import { isFuzz } from './extent.ts';
import { type Situation, situations } from './situations.ts';

/** Endpoints of which one fails, by the beginning of the path behind `/model`. */
const endpoints = isFuzz
  ? ['/allocation', '/assets', '/cloudCost', '/etl/', '/productConfigs', '/clusterInfo']
  : ['/allocation', '/assets'];

/** In CI every eighth situation; what fails everywhere is in matrix.test.ts. */
const failing = situations.filter(
  ({ worth }, i) => (worth === 'failure' || worth === 'refused') && (isFuzz || i % 8 === 0),
);

const commands = askingCommands.filter(
  ({ argv, prints }) =>
    argv.at(-1) === 'json' && (isFuzz || (prints === 'report' && argv.includes('local'))),
);

/** The embedded Kubecost, but for one endpoint. */
class PartialServer {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #demo: URL;
  readonly #endpoint: string;
  readonly #answer: Situation['answer'];
  /** How many requests got the failing answer. */
  failed = 0;

  constructor(demo: Demo, endpoint: string, { answer }: Situation) {
    this.#demo = new URL(demo.url);
    this.#endpoint = endpoint;
    this.#answer = answer;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo; // a TCP server has no other kind of address
    return `http://127.0.0.1:${port}/model`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket.on('error', () => {}));
    socket.once('data', (head) => {
      const text = head.toString('latin1');
      if (text.split(' ')[1]?.startsWith(`/model${this.#endpoint}`)) {
        this.failed++;
        void this.#answer(socket);
        return;
      }
      const other = connect(Number(this.#demo.port), this.#demo.hostname);
      this.#sockets.add(other.on('error', () => {}));
      // one request a connection, since each may go another way
      other.write(text.replace(/connection: keep-alive/i, 'connection: close'), 'latin1');
      socket.pipe(other).pipe(socket);
    });
  }
}

/** What is wrong where a part of the answers failed. */
function partialFaults(
  endpoint: string,
  command: AskingCommand,
  situation: Situation,
  outcome: Outcome,
): string[] {
  // whether the rest suffices is for the command to say, except where money is compared
  const general = faultsOf(command, { ...situation, worth: 'odd' }, outcome).filter(
    (fault) => !/^exit 4 /.test(fault),
  );
  // audits of what a version does not have are Skipped, and leave the gate to the others
  const isUnsupported =
    !['/allocation', '/assets'].includes(endpoint) &&
    /^40[045] |^501 |envelope of error 40[04]|^a page$/.test(situation.name);
  // what the server is called is no data of an audit: where it is needed, the command fails
  const isIdentity = ['/productConfigs', '/clusterInfo'].includes(endpoint);
  const isAudit = command.argv[0] === 'audit' && command.argv[1] === 'run';
  const passes = isAudit && outcome.code === 0 && !isUnsupported && !isIdentity;
  return [...general, ...(passes ? ['the gate passed without all of its data'] : [])];
}

type Outcome = Awaited<ReturnType<typeof runCell>>;

describe.each(endpoints)('a server whose %s fails', (endpoint) => {
  let demo: Demo;
  beforeAll(async () => {
    const world = { port: 0, clusters: 1, nodes: 2, pods: 4, days: 6 };
    demo = await startDemo(world, { clock: new TestClock(now) });
  });
  afterAll(() => demo.close());

  test.each(commands.map((command) => ({ command, name: command.argv.join(' ') })))(
    '$name',
    async ({ command }) => {
      const found: string[] = [];
      const left = [...failing];
      const worker = async () => {
        for (let situation = left.shift(); situation; situation = left.shift()) {
          const server = new PartialServer(demo, endpoint, situation);
          const outcome = await runCell(command.argv, await server.listen(), situation);
          await server.close();
          if (server.failed === 0) continue;
          for (const fault of partialFaults(endpoint, command, situation, outcome)) {
            found.push(`${situation.name}: ${fault} (${outcome.stderr.split('\n')[0]})`);
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      expect(found.sort()).toEqual([]);
    },
  );
});
