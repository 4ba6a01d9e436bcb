import type { z } from 'zod';
import type { AuditType } from '../audits/types.ts';
import type { Severity } from './codes/code.ts';
import type { Code } from './codes.ts';
import type { Finding, objectSchema } from './schema.ts';

export type Obj = z.infer<typeof objectSchema>;
export type Store = NonNullable<Finding['wrong']>[number];
export type Effect = Finding['effect'];

/** A finding about one object in one window, before windows and objects are put together. */
export interface Draft {
  readonly code: Code;
  readonly variant: string | null;
  readonly object: Obj;
  /** Only findings of one reason are folded: a cluster, or a cause that they share. */
  readonly reason: string;
  readonly severity: Severity;
  readonly confidence: Finding['confidence'];
  readonly wrong: readonly Store[] | null;
  /** Above 0: the number shown is too high. */
  readonly amount: number | null;
  readonly basis: Finding['amount']['basis'];
  readonly effect: Effect;
  /** What the texts of the code name, besides the object and the window. */
  readonly values: Readonly<Record<string, string | number>>;
  readonly facts: Finding['evidence'];
  /** Audits of the window that could not be evaluated because of it. */
  readonly blocks: AuditType[];
}

export interface DraftInput
  extends Pick<Draft, 'code' | 'object'>,
    Partial<Omit<Draft, 'code' | 'object' | 'effect'>> {
  /** 0 where it is left out. */
  readonly effect?: Partial<Effect>;
}

const noEffect: Effect = { workloads: 0, idle: 0, assets: 0, bill: null };

/** A draft with defaults for what a detector leaves out: nothing measured, nothing shown wrong. */
export function draft(input: DraftInput, severity: Severity): Draft {
  return {
    variant: null,
    reason: input.object.cluster ?? '',
    severity,
    confidence: 'certain',
    wrong: null,
    amount: null,
    basis: input.amount === undefined || input.amount === null ? 'unknown' : 'measured',
    values: {},
    facts: [],
    blocks: [],
    ...input,
    effect: { ...noEffect, ...input.effect },
  };
}

/** An object with what a detector knows of it. */
export function objectOf(kind: Obj['kind'], name: string, known: Partial<Obj> = {}): Obj {
  return { kind, name, cluster: null, providerID: null, namespace: null, details: {}, ...known };
}

/** The object's part of a finding's id. */
export function objectKey({ kind, cluster, name }: Obj): string {
  // the name of a row begins with its cluster
  const isWhole = kind === 'cluster' || kind === 'row';
  return cluster === null || cluster === '' || isWhole ? name : `${cluster}/${name}`;
}
