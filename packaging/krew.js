// build/krew/kc-etl.yaml: the manifest of the kubectl plugin, for the packed tarball. `repository` in
// package.json decides where the tarball is downloaded from.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import {
  build,
  description,
  emptied,
  name,
  report,
  sha256OfFile,
  tarball,
  version,
} from './paths.js';
import { releaseUrl } from './release/repository.js';

const path = join(emptied(join(build, 'krew')), `${name}.yaml`);
const manifest = {
  apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
  kind: 'Plugin',
  metadata: { name },
  spec: {
    version: `v${version}`,
    homepage: releaseUrl(packageJson).homepage,
    shortDescription: 'Audit the cost data of a Kubecost or OpenCost',
    description: `${description}\n`,
    caveats: `Needs Node ${packageJson.engines.node.replace('>=', '')} or later in the PATH.\n`,
    platforms: [
      {
        // Windows cannot start a script by its first line
        selector: {
          matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }],
        },
        uri: `${releaseUrl(packageJson).downloads}/v${version}/${basename(tarball)}`,
        sha256: sha256OfFile(tarball),
        files: [{ from: 'package/*', to: '.' }],
        bin: 'bin/kc-etl.js',
      },
    ],
  },
};
writeFileSync(path, stringify(manifest));
report(path);
