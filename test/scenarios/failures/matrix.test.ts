import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, runCell } from './cell.ts';
import { type AskingCommand, askingCommands } from './commands.ts';
import { type Situation, situations } from './situations.ts';

/** Cells that run at the same time: most of them wait for a timeout. */
const concurrency = 12;

interface FailingServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A server that fails in one way, whatever it is asked. */
async function serveFailing({ answer }: Situation): Promise<FailingServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    socket.once('data', () => void answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refused: Situation = {
  name: 'nothing listens',
  worth: 'failure',
  passes: false,
  answer: () => {},
};

/** A follow waits for events where a server has none yet. */
function ends({ argv }: AskingCommand, { worth }: Situation): boolean {
  return !argv.includes('--follow') || worth === 'failure' || worth === 'refused';
}

describe('every command against every way in which a server fails', () => {
  const servers = new Map<Situation, FailingServer>();
  beforeAll(async () => {
    for (const situation of situations) servers.set(situation, await serveFailing(situation));
    servers.set(refused, { url: 'http://127.0.0.1:1', close: async () => {} });
  });
  afterAll(async () => {
    for (const server of servers.values()) await server.close();
  });

  test('there are at least 1,500 cells', () => {
    expect(askingCommands.length * (situations.length + 1)).toBeGreaterThanOrEqual(1_500);
    expect(new Set(situations.map(({ name }) => name)).size).toBe(situations.length);
  });

  test.each(askingCommands.map((command) => ({ command, name: command.argv.join(' ') })))(
    '$name',
    async ({ command }) => {
      const left = [...servers].filter(([situation]) => ends(command, situation));
      const found: string[] = [];
      const worker = async () => {
        for (let next = left.shift(); next; next = left.shift()) {
          const [situation, { url }] = next;
          const outcome = await runCell(command.argv, url, situation);
          for (const fault of faultsOf(command, situation, outcome)) {
            const [said = ''] = outcome.stderr.split('\n');
            found.push(`${situation.name}: ${fault} (${said.replaceAll(url, '<url>')})`);
          }
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      expect(found.sort()).toEqual([]);
    },
  );
});
