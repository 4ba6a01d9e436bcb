import type { Option, OptionSet } from '../../config/option.ts';
import { exitCodes } from '../../errors.ts';
import { version } from '../../version.ts';
import type { AnyCommand } from '../command.ts';
import { globalOptions } from '../globals.ts';

type Row = readonly [name: string, meaning: string];

/** The manual page, in roff: the same records as `--help`. */
export function manPage(
  commands: ReadonlyMap<string, AnyCommand>,
  environment: readonly Row[],
): string {
  const lines = [
    `.TH KC-ETL 1 "" "kc-etl ${version}" "User Commands"`,
    '.SH NAME',
    text('kc-etl - query and audit the ETL pipeline of a Kubecost or OpenCost'),
    '.SH SYNOPSIS',
    '.B kc-etl',
    text('command [options]'),
    '.SH COMMANDS',
    ...[...commands].flatMap(([name, spec]) => commandLines(name, spec)),
    '.SH OPTIONS OF EVERY COMMAND',
    ...optionLines(globalOptions),
    '.SH EXIT STATUS',
    ...Object.values(exitCodes).flatMap(({ code, meaning }) => item(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => item(name, meaning)),
    '.SH FILES',
    ...item('$XDG_CONFIG_HOME/kc-etl/config.yaml', 'profiles; see kc-etl config list --help'),
    ...item('.kc-etl.yaml', 'settings of a project, in the working directory or one above it'),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(name: string, { description, options, examples }: AnyCommand): string[] {
  return [
    `.SS ${text(`kc-etl ${name}`)}`,
    ...(description ? preformatted(description.split('\n')) : []),
    ...optionLines(options),
    '.PP',
    'Examples:',
    ...preformatted(examples.map((example) => `  ${example}`)),
  ];
}

function optionLines(options: OptionSet): string[] {
  return Object.values(options).flatMap((option: Option<unknown>) => [
    ...item(option.flags, `${option.description}${valuesText(option)}`),
    ...(option.negation ? item(option.negation.flags, option.negation.description) : []),
  ]);
}

function valuesText({ values, fallbackText }: Option<unknown>): string {
  const listed = values ? `: ${values.join(', ')}` : '';
  return `${listed}${fallbackText ? ` (default ${fallbackText})` : ''}`;
}

function item(name: string, meaning: string): string[] {
  return ['.TP', `\\fB${text(name).replace(/^\\&/, '')}\\fR`, text(meaning)];
}

function preformatted(lines: readonly string[]): string[] {
  return ['.nf', ...lines.map(text), '.fi'];
}

/** Text that roff prints as it is: a dot at the start of a line would be a request. */
function text(line: string): string {
  const escaped = line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('\n', ' ');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
