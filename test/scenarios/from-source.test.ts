import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

function node(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

test('npm run dev runs the sources without a build', () => {
  const version = node('packaging/dev.js', '--version');
  expect(version).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  const events = node('packaging/dev.js', 'events', '--demo', '--limit', '1', '-q', '-o', 'ndjson');
  expect(events).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(events.stdout)).toHaveProperty('kind');
});

test('a clone that is not built says so in one line', () => {
  const clone = mkdtempSync(join(tmpdir(), 'kc-etl-clone-'));
  try {
    cpSync('bin', join(clone, 'bin'), { recursive: true });
    expect(node(join(clone, 'bin/kc-etl.js'), 'events')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: kc-etl is not built: run npm ci or npm run build first\n',
    });
  } finally {
    rmSync(clone, { recursive: true });
  }
});
