import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { defineCommand } from '../command.ts';

/** `config init`: a commented configuration file that changes nothing until it is edited. */
export const configInit = defineCommand({
  description: 'Writes a commented configuration file. An existing file is never overwritten.',
  examples: ['kc-etl config init', '$EDITOR "$(kc-etl config path | head -1)"'],
  options: {},
  prints: 'text',
  async run(_options, { configuration }) {
    const path = configuration.paths.user;
    if (path === null) {
      throw new UsageError(
        'config init: neither XDG_CONFIG_HOME nor HOME is set',
        'set XDG_CONFIG_HOME to the directory for kc-etl/config.yaml',
      );
    }
    try {
      await makeFolder(dirname(path));
      await writeFile(path, template, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // what node:fs throws
      if (code === 'EEXIST') {
        throw new UsageError(`config init: ${path} exists`, 'edit it, or move it away first');
      }
      throw new UsageError(`config init: ${path} cannot be written (${code})`);
    }
    return { result: { kind: 'text', text: `${path}\n` }, exitCode: 0 };
  },
});

const template = `# Configuration of kc-etl. Every option of every command can be set here, in camelCase:
# --wait-timeout is waitTimeout. The command line and KC_ETL_… variables take precedence.
#
# profile: production            # the current profile; change it with: kc-etl config use <name>
# profiles:
#   production:
#     url: https://kubecost.example.com
#     tokenCommand: gcloud auth print-identity-token   # its output is sent as a bearer token
#   staging:
#     kube: true                 # connect with kubectl port-forward
#     context: staging
#   local:
#     url: http://localhost:9090
#     auditFailOn: warning       # --fail-on of audit; other commands have one of their own: coverageFailOn
`;
