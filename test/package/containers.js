// Programs that run the image without a daemon. In each the root is read-only and all capabilities are dropped.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { config, user } from '../../packaging/image/config.js';
import { name, version } from '../../packaging/paths.js';
import { has, output, run } from './support.js';

/**
 * Where the image is: its root filesystem, its archive for `docker load`, and a directory for storage.
 *
 * @typedef {{ rootfs: string, archive: string, storage: string }} Image
 */

/**
 * How a container is started: the user's id, environment variables, and the directory that is mounted at
 * /store.
 *
 * @typedef {{ id?: number, env?: Readonly<Record<string, string>>, store?: string }} Options
 */

/** @typedef {(image: Image, options: Required<Options>) => string[]} Arguments */

/** @type {Arguments} */
const bubblewrap = ({ rootfs }, { id, env, store }) => {
  for (const mount of ['dev', 'proc', 'store']) mkdirSync(join(rootfs, mount), { recursive: true });
  const own = Object.fromEntries(config.Env.map((one) => one.split('=')));
  return [
    ...['--unshare-all', '--share-net', '--die-with-parent', '--cap-drop', 'ALL', '--clearenv'],
    ...['--uid', String(id), '--gid', String(id)],
    ...['--ro-bind', rootfs, '/', '--dev', '/dev', '--proc', '/proc', '--bind', store, '/store'],
    ...Object.entries({ ...own, ...env }).flatMap((one) => ['--setenv', ...one]),
    ...['--chdir', config.WorkingDir, ...config.Entrypoint],
  ];
};

/** @type {Arguments} */
const podman = ({ archive, storage }, { id, env, store }) => {
  // runc, since crun fails on hybrid cgroups
  const engine = ['--cgroup-manager', 'cgroupfs', '--runtime', 'runc'];
  const global = ['--root', storage, '--storage-driver', 'vfs', ...engine];
  const isLoaded = run('podman', [...global, 'image', 'exists', `localhost/${name}:${version}`]);
  if (isLoaded.code !== 0) output('podman', [...global, 'load', '--quiet', '--input', archive]);
  return [
    ...[...global, 'run', '--rm', '--read-only', '--cap-drop', 'ALL', '--network', 'host'],
    ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
    ...['--user', `${id}:${id}`, '--volume', `${store}:/store`],
    ...Object.entries(env).map(([key, value]) => `--env=${key}=${value}`),
    `localhost/${name}:${version}`,
  ];
};

/** @type {Readonly<Record<string, Arguments>>} by the name of the program */
const engines = { bwrap: bubblewrap, podman };

/**
 * A function that runs the image with arguments of kc-etl, by the first program that works here.
 *
 * @param {Image} image
 * @throws where none works, with the reasons
 */
export function container(image) {
  const failures = [];
  for (const [command, argumentsOf] of Object.entries(engines)) {
    if (!has(command)) {
      failures.push(`${command} is not installed`);
      continue;
    }
    /** @param {readonly string[]} words @param {Options} [options] */
    const start = (words, options = {}) => {
      const { id = user, env = {}, store = image.storage } = options;
      return run(command, [...argumentsOf(image, { id, env, store }), ...words]);
    };
    const { code, stderr } = start(['--version']);
    if (code === 0) return start;
    failures.push(`${command}: ${stderr}`);
  }
  throw new Error(`nothing here can run the image: ${failures.join('; ')}`);
}
