import type { Deps } from './commands/deps.ts';
import { globalOptions } from './commands/globals.ts';
import { longName, variableOf } from './config/resolve.ts';
import { exitCodes, KcEtlError, UsageError } from './errors.ts';
import { sanitize } from './output/sanitize.ts';
import { redactedIo } from './redaction.ts';
import { version } from './version.ts';

/**
 * Runs one command line.
 *
 * @param argv the words after the program's name
 * @returns the exit code
 */
export async function run(argv: readonly string[], deps: Deps): Promise<number> {
  if (argv[0] === '__complete') {
    const { answerShell } = await import('./commands/completion/answer.ts');
    await answerShell(argv.slice(1), deps);
    return exitCodes.ok.code;
  }
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await deps.io.stdout.write(`${version}\n`);
    return exitCodes.ok.code;
  }
  let exitCode: number = exitCodes.ok.code;
  const secrets: string[] = [];
  const io = redactedIo(deps.io, secrets, deps.env['GITHUB_ACTIONS'] === 'true');
  const withDemo = argv.includes('--demo') || Boolean(deps.env[variableOf(globalOptions.demo)]);
  const { buildProgram } = await import('./program.ts');
  const program = buildProgram(
    { io },
    async (invocation) => {
      const { executeCommand } = await import('./commands/execute.ts');
      exitCode = await executeCommand(invocation, { ...deps, io }, secrets, run);
    },
    withDemo,
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    const parsing = commanderError(error);
    if (parsing?.code === 'commander.help') program.outputHelp();
    if (parsing && /help|version/.test(parsing.code)) return exitCodes.ok.code;
    if (deps.signal.aborted) return exitCodeOf(deps.signal.reason);
    const reported = parsing ? await usageError(parsing) : error;
    await io.stderr.write(errorText(reported));
    return exitCodeOf(reported);
  }
}

/** An error of commander, known by its code: importing its class would load commander. */
function commanderError(error: unknown): { code: string; message: string } | null {
  const isParsing =
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('commander.');
  return isParsing ? { code: String(error.code), message: error.message } : null;
}

async function usageError(error: { readonly message: string }): Promise<UsageError> {
  const { demoOptions } = await import('./commands/demo-options.ts');
  const message = error.message
    .replace(/^error: /, '')
    // a misspelt --token=… must not show what it holds
    .replace(/(unknown option '--?[^=']+)=[^\n]*'/s, "$1=…'")
    .replace(/\n\((Did you mean .*)\)$/s, (_, found: string) => `; ${found.replace(/^D/, 'd')}`);
  const isDemoOption = Object.values(demoOptions).some((option) =>
    message.startsWith(`unknown option '--${longName(option)}'`),
  );
  if (/^unknown option '(-n\b|--namespace\b)/.test(message)) {
    return new UsageError(message, "Kubecost's namespace is -N <name> (--kubecost-namespace)");
  }
  return new UsageError(
    message,
    isDemoOption
      ? 'that is an option of the embedded Kubecost: add --demo'
      : 'see kc-etl --help, and kc-etl <command> --help for the options of a command',
  );
}

/** At most three lines, whatever went wrong. */
function errorText(error: unknown): string {
  if (error instanceof KcEtlError) {
    const hint = error.hint ? `hint: ${sanitize(error.hint)}\n` : '';
    return `error: ${sanitize(error.message)}\n${hint}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `error: internal error: ${sanitize(message)}\nhint: please report it with the command line\n`;
}

function exitCodeOf(error: unknown): number {
  return error instanceof KcEtlError ? error.exitCode : exitCodes.data.code;
}
