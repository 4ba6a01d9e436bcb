import { description, license, name, version } from '../paths.js';

export const user = 65532;
export const home = '/home/kc-etl';
/** Where the program is in the image. */
export const program = '/opt/kc-etl';

/** What the image's configuration says; the Containerfile says the same. */
export const config = {
  User: `${user}:${user}`,
  WorkingDir: home,
  Entrypoint: ['/usr/local/bin/node', `${program}/bin/kc-etl.js`],
  Cmd: ['--help'],
  Env: ['PATH=/usr/local/bin', `HOME=${home}`],
  Labels: {
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.description': description,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': license,
  },
};
