import type { Finding } from './schema.ts';

/** Whether a finding has this id, or this code; `*` in an id stands for any text. */
export function matchesFinding(
  { id, code }: Pick<Finding, 'id' | 'code'>,
  wanted: string,
): boolean {
  if (!wanted.includes('*')) return id === wanted || code === wanted;
  const parts = wanted.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(id);
}
