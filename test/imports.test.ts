import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** What the linter says about a file with this text, in a folder that has only that and our rules. */
function lint(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kc-etl-lint-'));
  try {
    const rules = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(
      join(folder, 'biome.json'),
      JSON.stringify({ ...rules, vcs: { enabled: false } }),
    );
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
    const { stdout, stderr } = spawnSync(
      join(process.cwd(), 'node_modules/.bin/biome'),
      ['lint', '--colors=off', path],
      { cwd: folder, encoding: 'utf8' },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const imports = (from: string) => `import { x } from '${from}';\nexport const y = x;`;

describe('imports follow the pipeline', () => {
  test.each([
    ['src/events/x.ts', '../kubecost/client.ts'],
    ['src/events/x.ts', '../output/table.ts'],
    ['src/events/coverage/x.ts', '../../io.ts'],
    ['src/events/x.ts', 'node:fs'],
    ['src/audits/x.ts', '../commands/connect.ts'],
    ['src/audits/local/x.ts', 'undici'],
    ['src/audits/x.ts', '../output/words.ts'],
    ['src/output/x.ts', '../kubecost/client.ts'],
    ['src/output/formats/x.ts', 'node:http'],
    ['src/output/x.ts', '../config/option.ts'],
    ['src/kubecost/x.ts', '../output/table.ts'],
    ['src/kubecost/x.ts', 'chalk'],
    ['src/kubecost/x.ts', '../demo/server.ts'],
    ['src/commands/x.ts', '../cli.ts'],
    ['src/commands/x.ts', '../program.ts'],
    ['src/config/x.ts', '../commands/globals.ts'],
    ['src/demo/x.ts', '../kubecost/client.ts'],
  ])('%s may not import %s', (path, from) => {
    expect(lint(path, imports(from))).toContain('noRestrictedImports');
  });

  test.each([
    ['src/events/x.ts', './kinds.ts'],
    ['src/output/x.ts', '../audits/schema.ts'],
    ['src/kubecost/x.ts', '../events/kinds.ts'],
    ['src/commands/x.ts', '../output/render.ts'],
    ['src/commands/x.ts', '../kubecost/client.ts'],
    ['src/program.ts', './commands/index.ts'],
  ])('%s may import %s', (path, from) => {
    expect(lint(path, imports(from))).not.toContain('noRestrictedImports');
  });

  test('no process in what is pure', () => {
    expect(lint('src/audits/x.ts', 'export const x = process.env;')).toContain('noProcessGlobal');
  });
});
