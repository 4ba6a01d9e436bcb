/** The `kc-etl doctor` command line to try next, for example with `--url https://host`. */
export function retryCommand(options: string): string {
  return `kc-etl doctor ${options}`;
}
