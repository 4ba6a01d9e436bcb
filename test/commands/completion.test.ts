import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ran } from '../support/deps.ts';
import { describeWith, program } from '../support/installed.ts';
import { spawned } from '../support/spawn.ts';

async function offered(...words: string[]): Promise<{ texts: string[]; directive: string }> {
  const { stdout } = await ran(['__complete', ...words]);
  const lines = stdout.trimEnd().split('\n');
  return {
    texts: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''),
    directive: lines.at(-1) ?? '',
  };
}

describe('what is offered', () => {
  test.each([
    [['ev'], ['events']],
    [['audit', 'ty'], ['types']],
    [['events', '--kind', 'AssetSetSa'], ['AssetSetSaved']],
    [['events', '--kind', 'AssetSetSaved,AssetSetL'], ['AssetSetSaved,AssetSetLoaded']],
    [['events', '--kind=AssetSetSa'], ['--kind=AssetSetSaved']],
    [['audit', 'run', '--type', 'cluster-'], ['cluster-equality']],
    [['audit', '-o', 'sa'], ['sarif']],
    [['events', '--window', 'yest'], ['yesterday']],
    [['events', '--token', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['schema', 'doc'], ['doctor']],
    [['audit', 'explain', 'disk-without-as'], ['disk-without-asset']],
    [['audit', 'run', '--finding', 'disk-without-as'], ['disk-without-asset']],
    [['help', 'opt'], ['options']],
    [['config', 'li'], ['list']],
  ])('%j', async (words, texts) => {
    expect(await offered(...words)).toEqual({ texts, directive: ':4' });
  });

  test('no blank behind what goes on', async () => {
    expect(await offered('audit', '--report', 'ht')).toEqual({ texts: ['html='], directive: ':6' });
    expect(await offered('audit', '--report=ht')).toMatchObject({ directive: ':6' });
  });

  test('files, where an option or argument names one', async () => {
    expect(await offered('events', '--ca-file', '')).toEqual({ texts: [], directive: ':0' });
    expect(await offered('report', '')).toEqual({ texts: [], directive: ':0' });
  });
});

describeWith(['bash', 'zsh', 'fish'], 'in a shell', () => {
  let directory: string;
  let env: Record<string, string>;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kc-etl-shell-'));
    const entry = join(process.cwd(), 'bin', 'kc-etl.js');
    for (const name of ['kc-etl', 'kubectl_complete-kc_etl'])
      symlinkSync(entry, join(directory, name));
    chmodSync(entry, 0o755);
    mkdirSync(join(directory, 'config', 'kc-etl'), { recursive: true });
    writeFileSync(
      join(directory, 'config', 'kc-etl', 'config.yaml'),
      'profiles: { production: { url: "http://a" } }\n',
    );
    env = {
      PATH: `${directory}:${process.env['PATH'] ?? ''}`,
      HOME: directory,
      XDG_CONFIG_HOME: join(directory, 'config'),
      TERM: 'dumb',
    };
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const shell = (name: 'bash' | 'zsh' | 'fish', ...args: string[]) =>
    execFileSync(program(name), args, {
      env,
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test.each([
    ['kc-etl audit run --type cluster-', 'cluster-equality'],
    ['kc-etl events --profile pro', 'production'],
    ['kc-etl events --output=nd', 'ndjson'],
    ['kc-etl eve', 'events'],
  ])('bash completes %s', (line, expected) => {
    const script = `eval "$(kc-etl completion bash)"
      COMP_LINE=${JSON.stringify(line)} COMP_POINT=\${#COMP_LINE}
      _kc_etl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(shell('bash', '-c', script).trim().split('\n')).toEqual([expected]);
  });

  test.each([
    ['kc-etl audit run --type cluster-', 'cluster-equality'],
    ['kc-etl events --profile pro', 'production'],
  ])('fish completes %s', (line, expected) => {
    const script = `kc-etl completion fish | source; complete -C ${JSON.stringify(line)}`;
    expect(shell('fish', '-c', script).trim().split('\t')[0]).toBe(expected);
  });

  test('bash and zsh put no blank behind html=', () => {
    const bash = `eval "$(kc-etl completion bash)"; compopt() { printf 'compopt %s\\n' "$*"; }
      COMP_LINE='kc-etl audit --report ht' COMP_POINT=24
      _kc_etl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(shell('bash', '-c', bash)).toBe('compopt -o nospace\nhtml=\n');
    const zsh = `compdef() { :; }; source <(kc-etl completion zsh)
      _describe() { print -rl -- \${(P)2} "$3" "end$4" }
      words=(kc-etl audit --report ht); CURRENT=4; _kc_etl`;
    expect(shell('zsh', '-f', '-c', zsh)).toBe('html=\n-S\nend\n');
  });

  test('zsh reads it, and asks with what is typed', () => {
    const script = `autoload -U compinit; compinit -u -D; source <(kc-etl completion zsh)
      print -r -- \${_comps[kc-etl]}
      _describe() { print -rl -- \${(P)2} }
      words=(kc-etl audit run --type cluster-); CURRENT=5; _kc_etl`;
    const [completer, first] = shell('zsh', '-f', '-c', script).trim().split('\n');
    expect(completer).toBe('_kc_etl');
    expect(first).toMatch(/^cluster-equality:/);
  });

  test('kubectl asks a program of its own', () => {
    const text = execFileSync(
      join(directory, 'kubectl_complete-kc_etl'),
      ['audit', 'run', '--type', 'cluster-'],
      { env, encoding: 'utf8' },
    );
    expect(text).toMatch(/^cluster-equality\t.*\n:4\n$/);
  });
});

test('the manual page is what roff reads, and has every command', async () => {
  const { code, stdout } = await spawned(['help', 'man']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\.TH KC-ETL 1/);
  for (const name of ['audit run', 'doctor', 'config show']) {
    expect(stdout).toContain(`.SS kc\\-etl ${name}`);
  }
  expect(stdout).not.toMatch(/^\.(?!TH|SH|SS|TP|PP|B|nf|fi)/m);
});
