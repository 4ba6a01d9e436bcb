import type { Audit } from '../audits/schema.ts';
import { type Code, codeInfo } from './codes.ts';
import type { Day } from './day.ts';
import { type Draft, objectKey } from './draft.ts';

/** A draft with the day it is about. */
export interface Occurrence {
  readonly day: Day;
  readonly draft: Draft;
}

/** One object with one cause over adjacent windows. */
export interface Episode {
  readonly id: string;
  readonly occurrences: readonly Occurrence[];
}

export function draftId({ code, object }: Draft): string {
  return `${code}:${objectKey(object)}`;
}

/**
 * Findings of one id in adjacent windows become one; windows that were not evaluated do not break it,
 * one that was and does not have it does. A further episode has its number behind the id.
 */
export function episodes(days: readonly Day[]): Episode[] {
  const byId = new Map<string, Occurrence[][]>();
  const lastSeen = new Map<string, number>();
  for (const [i, day] of days.entries()) {
    for (const draft of day.drafts) {
      const id = draftId(draft);
      const known = byId.get(id) ?? [];
      byId.set(id, known);
      const last = lastSeen.get(id);
      const broken =
        last === undefined || days.slice(last + 1, i).some((between) => passes(between, draft));
      if (broken) known.push([{ day, draft }]);
      else known.at(-1)?.push({ day, draft });
      lastSeen.set(id, i);
    }
  }
  return [...byId].flatMap(([id, all]) =>
    all.map((occurrences, n) => ({ id: n === 0 ? id : `${id}#${n + 1}`, occurrences })),
  );
}

/** Whether the audits that would have found it were evaluated in a window. */
function passes(day: Day, { code, object }: Draft): boolean {
  return isDetectable(day.audits, code, object.details['audit']);
}

/**
 * Whether one of the audits of a window that find a code was evaluated.
 *
 * @param audit the audit that an unexplained difference is of
 */
export function isDetectable(
  audits: readonly Audit[],
  code: Code,
  audit: string | number = '',
): boolean {
  const detectedBy: readonly (string | number)[] =
    code === 'unexplained' ? [audit] : codeInfo(code).detectedBy;
  return audits.some(
    ({ type, status }) => status !== 'Skipped' && status !== 'NotRun' && detectedBy.includes(type),
  );
}

/** The id that all episodes of a finding share. */
export function withoutEpisode(id: string): string {
  return id.replace(/#\d+$/, '');
}

/** Whether anything was evaluated in a window. */
export function isEvaluated({ audits }: Day): boolean {
  return audits.some(({ status }) => status !== 'Skipped' && status !== 'NotRun');
}
