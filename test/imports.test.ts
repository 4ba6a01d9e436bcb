import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

/** What the linter says about one line, as if it stood in that file. */
function lint(path: string, line: string): string {
  const { stdout, stderr } = spawnSync(
    'node_modules/.bin/biome',
    ['lint', `--stdin-file-path=${path}`, '--diagnostic-level=error'],
    { input: `${line}\n`, encoding: 'utf8' },
  );
  return stdout + stderr;
}

const imports = (from: string) => `import { x } from '${from}';\nexport const y = x;`;

describe('imports point along the road', () => {
  test.each([
    ['src/events/x.ts', '../kubecost/client.ts'],
    ['src/events/x.ts', '../output/table.ts'],
    ['src/events/coverage/x.ts', '../../io.ts'],
    ['src/events/x.ts', 'node:fs'],
    ['src/audit/x.ts', '../commands/connect.ts'],
    ['src/audit/local/x.ts', 'undici'],
    ['src/audit/x.ts', '../output/words.ts'],
    ['src/output/x.ts', '../kubecost/client.ts'],
    ['src/output/formats/x.ts', 'node:http'],
    ['src/output/x.ts', '../config/option.ts'],
    ['src/kubecost/x.ts', '../output/table.ts'],
    ['src/kubecost/x.ts', 'chalk'],
    ['src/kubecost/x.ts', '../demo/server.ts'],
    ['src/commands/x.ts', '../cli.ts'],
    ['src/config/x.ts', '../commands/globals.ts'],
    ['src/demo/x.ts', '../kubecost/client.ts'],
  ])('%s may not import %s', (path, from) => {
    expect(lint(path, imports(from))).toContain('noRestrictedImports');
  });

  test.each([
    ['src/events/x.ts', './kinds.ts'],
    ['src/output/x.ts', '../audit/schema.ts'],
    ['src/kubecost/x.ts', '../events/kinds.ts'],
    ['src/commands/x.ts', '../output/render.ts'],
    ['src/commands/x.ts', '../kubecost/client.ts'],
    ['src/cli.ts', './commands/index.ts'],
  ])('%s may import %s', (path, from) => {
    expect(lint(path, imports(from))).not.toContain('noRestrictedImports');
  });

  test('no process in what is pure', () => {
    expect(lint('src/audit/x.ts', 'export const x = process.env;')).toContain('noProcessGlobal');
  });
});
