// Downloads and builds the programs that the tests of the artefacts use, before the tests run side by
// side; says which this machine cannot have.
import {
  goPrograms,
  kubernetesTools,
  kubernetesValidate,
  noGo,
  noKubernetesTools,
  noPromtool,
  noPython,
} from './tools.js';

const tools = [
  { what: 'Helm chart, kustomize base', missing: noKubernetesTools, prepare: kubernetesTools },
  {
    what: 'manifests against the schema of the API',
    missing: noPython,
    prepare: kubernetesValidate,
  },
  { what: 'krew', missing: noGo, prepare: goPrograms.krew },
  { what: 'workflows, by actionlint', missing: noGo, prepare: goPrograms.actionlint },
  { what: 'alert rules', missing: noPromtool, prepare: () => {} },
];

for (const { what, missing, prepare } of tools) {
  if (missing === false) prepare();
  else process.stdout.write(`SKIPPED ${what}: ${missing}\n`);
}
