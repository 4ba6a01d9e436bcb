import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './installed.ts';
import { freePort, running } from './processes.ts';

/** A real nginx on the loopback. */
export interface Nginx extends AsyncDisposable {
  readonly port: number;
  readonly directory: string;
}

/** @param servers the `server` blocks, given the port and a directory for their files */
export async function startNginx(
  servers: (port: number, directory: string) => string,
): Promise<Nginx> {
  const directory = mkdtempSync(join(tmpdir(), 'kc-etl-nginx-'));
  mkdirSync(join(directory, 'tmp'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${directory}/tmp/${kind};`)
    .join('\n');
  writeFileSync(
    join(directory, 'nginx.conf'),
    `daemon off; master_process off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 64; }
http {
${temporary}
access_log off;
${servers(port, directory)}
}
`,
  );
  const nginx = await running(
    program('nginx'),
    ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')],
    port,
  );
  return {
    port,
    directory,
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
