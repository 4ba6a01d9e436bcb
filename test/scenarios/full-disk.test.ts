import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { replyData, serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

const inShell = (script: string, path: string) =>
  spawnSync('sh', ['-c', script, path], { stdio: 'ignore' }).status === 0;

function mayMount(): boolean {
  using place = folder();
  return inShell('mount -t tmpfs -o size=64k none "$0" && umount "$0"', place.path);
}

test.runIf(mayMount())(
  'a disk that fills while recording is one line, exit 2, and no recording',
  async () => {
    const asset = Array.from({ length: 3_000 }, (_, i) => ({
      kind: `AssetSetSaved${i}`,
      time: '2022-06-03T17:07:54Z',
    }));
    await using server = await serve({ '*': replyData({ asset, allocation: [], counters: {} }) });
    using place = folder();
    const disk = place.at('disk');
    mkdirSync(disk);
    expect(inShell('mount -t tmpfs -o size=64k none "$0"', disk)).toBe(true);
    try {
      const recording = `${disk}/recording`;
      const argv = ['events', '--url', `${server.url}/model`, '--record', recording];
      const { code, stdout, stderr } = await spawned(argv);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr:
          `error: --record: ${recording} cannot be written: the disk is full\n` +
          'hint: free some space, or name a path on another disk\n',
      });
      const replayed = await spawned(['events', '--from', recording]);
      expect(replayed.code).toBe(3);
      expect(replayed.stderr).toContain('is an incomplete recording');
      const report = await spawned([...argv.slice(0, 3), '--report', `json=${disk}/report.json`]);
      expect(report.code).toBe(2);
      expect(report.stderr).toContain('the disk is full');
    } finally {
      inShell('umount "$0"', disk);
    }
  },
);
