import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder } from './support/folder.ts';

const bin = fileURLToPath(new URL('../bin', import.meta.url));

/** The real start of kc-etl with a bundle that prints a word, installed in a folder of its own. */
function installed() {
  const place = folder();
  cpSync(bin, place.at('bin'), { recursive: true });
  for (const name of ['dist', 'home']) mkdirSync(place.at(name));
  const cache = place.at('home/kc-etl');
  const bundle = (word: string) =>
    place.write('dist/main.cjs', `(function () { process.stdout.write('${word}'); })`);
  const files = () => readdirSync(cache).map((name) => join(cache, name));
  const prints = (env: Record<string, string> = {}) => {
    const { stdout, stderr } = spawnSync(process.execPath, [place.at('bin/kc-etl.js')], {
      env: { XDG_CACHE_HOME: place.at('home'), ...env },
      encoding: 'utf8',
    });
    return stdout + stderr;
  };
  /** The bundle prints `claimed`; the cache has code that prints `compiled`, as if it were of this bundle. */
  const forge = (compiled: string, claimed: string) => {
    bundle(compiled);
    prints();
    bundle(claimed);
    const source = readFileSync(place.at('dist/main.cjs'));
    for (const file of files()) {
      const code = readFileSync(file).subarray(source.length);
      writeFileSync(file, Buffer.concat([source, code]));
    }
  };
  return { place, cache, bundle, files, prints, forge, [Symbol.dispose]: place[Symbol.dispose] };
}

test('the code that a run keeps is used by the next', () => {
  using program = installed();
  program.forge('one', 'two');
  expect(program.files()).toHaveLength(1);
  expect(program.prints()).toBe('one');
});

test('code of another bundle is not used, and replaced', () => {
  using program = installed();
  for (const word of ['one', 'two', 'three', 'one']) {
    program.bundle(word);
    expect([program.prints(), program.prints()]).toEqual([word, word]);
  }
  expect(program.files()).toHaveLength(1);
});

test('code that V8 rejects is replaced', () => {
  using program = installed();
  program.bundle('one');
  program.prints();
  const [file = ''] = program.files();
  const kept = readFileSync(file);
  writeFileSync(file, kept.subarray(0, -8));
  expect(program.prints()).toBe('one');
  expect(readFileSync(file)).toHaveLength(kept.length);
});

test.runIf(process.geteuid)('code that others could have written is not used', () => {
  using program = installed();
  program.forge('one', 'two');
  chmodSync(program.cache, 0o777);
  expect(program.prints()).toBe('two');
});

test('NODE_DISABLE_COMPILE_CACHE=1 neither uses nor keeps code', () => {
  using program = installed();
  program.bundle('one');
  const env = { NODE_DISABLE_COMPILE_CACHE: '1' };
  expect(program.prints(env)).toBe('one');
  expect(readdirSync(program.place.at('home'))).toEqual([]);
  program.forge('one', 'two');
  expect(program.prints(env)).toBe('two');
});

test('a cache that cannot be written is no error', () => {
  using program = installed();
  program.bundle('one');
  expect(program.prints({ XDG_CACHE_HOME: '/dev/null' })).toBe('one');
  expect(program.prints({ XDG_CACHE_HOME: '', HOME: '' })).toBe('one');
});
