import { chmodSync, mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { replyData, serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

const own = { KC_ETL_TOKEN: 'the-token-of-ann', KC_ETL_RETRIES: '0', kc_etl_note: 'x' };

test('kubectl and token commands do not get the variables of kc-etl, but all others', async () => {
  await using server = await serve({ '*': replyData({ asset: [], allocation: [], counters: {} }) });
  using place = folder();
  mkdirSync(place.at('kc-etl'));
  place.write(
    'kc-etl/config.yaml',
    `profile: a\nprofiles:\n  a:\n    url: ${server.url}\n    apiKeyCommand: env >${place.at('command')}; echo a-key-of-four\n`,
  );
  chmodSync(place.at('kc-etl/config.yaml'), 0o600);
  chmodSync(place.write('kubectl', `#!/bin/sh\nenv >${place.at('called')}; exit 1\n`), 0o700);
  const PATH = `${place.path}:${process.env['PATH']}`;
  const env = { PATH, XDG_CONFIG_HOME: place.path, AWS_PROFILE: 'finops', ...own };
  expect(await spawned(['events'], env)).toMatchObject({ code: 0 });
  await spawned(['events', '--kube'], env);
  for (const name of ['command', 'called']) {
    expect(place.read(name)).toContain('AWS_PROFILE=finops');
    expect(place.read(name)).not.toMatch(/kc_etl_|the-token-of-ann/i);
  }
});
