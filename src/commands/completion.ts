import { oneOf } from '../config/option.ts';
import { UsageError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { completionScripts, shells } from './completion/scripts.ts';

/** `completion`: what a shell has to read. */
export const completionCommand = defineCommand({
  description:
    'Prints a script that completes commands, options and their values in a shell. The script calls\n' +
    'kc-etl for them, so it stays valid after an update. `kubectl kc-etl` is completed by kubectl 1.26\n' +
    'or later, with the program kubectl_complete-kc_etl that is installed with kc-etl.',
  examples: [
    'eval "$(kc-etl completion bash)"                             in ~/.bashrc',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is zsh's
    'kc-etl completion zsh > "${fpath[1]}/_kc-etl"',
    'kc-etl completion fish > ~/.config/fish/completions/kc-etl.fish',
  ],
  options: {},
  prints: 'text',
  async run(_options, _context, [shell]) {
    if (shell === undefined) {
      throw new UsageError('completion: no shell was given', `it supports ${shells.join(', ')}`);
    }
    const text = completionScripts[oneOf(shell, shells, 'completion')];
    return { result: { kind: 'text', text }, exitCode: 0 };
  },
});
