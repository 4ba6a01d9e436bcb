import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { until } from './waiting.ts';

/** A port that nothing listens at; another program is told to use it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A program that runs until it is disposed of; ready when it listens at the port. */
export async function running(
  command: string,
  args: readonly string[],
  port: number,
): Promise<AsyncDisposable> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  try {
    await until(`${command} listens at ${port}`, () => {
      if (child.exitCode !== null) throw new Error(`${command} ended`);
      return listens(port);
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(said, { cause: error });
  }
  return { [Symbol.asyncDispose]: () => ended(child) };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}
