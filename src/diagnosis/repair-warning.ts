import type { Finding } from './schema.ts';

/** How the warning begins that takes the place of repairs. */
export const noRepair = 'Do not repair';

/** Whether a repair would do harm: the day is older than the metrics that it would be rebuilt from. */
export function forbidsRepair({ text }: Finding['actions'][number]): boolean {
  return text.startsWith(noRepair);
}
