import type { DoctorTarget } from './target.ts';

/** The `kc-etl doctor` command line to try next, for example with `--url https://host`. */
export function retryCommand(options: string): string {
  return `kc-etl doctor ${options}`;
}

/**
 * Another command line for the same server, for example `kc-etl events coverage`. An address in the
 * environment or a configuration file need not be repeated.
 */
export function commandFor(
  words: string,
  { options, source }: Pick<DoctorTarget, 'options' | 'source'>,
): string {
  return source === null || source === '--url' ? `kc-etl ${words} ${options}` : `kc-etl ${words}`;
}
