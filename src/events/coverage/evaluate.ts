import { type EvidenceState, rules } from './rules.ts';
import type { RuleContext, SetEvidence } from './set-evidence.ts';
import type { Source } from './state.ts';

/** What one source reports about a set, as a sentence. */
export interface Fact {
  readonly source: Source;
  readonly fact: string;
}

/** State of a set by its evidence alone. */
export interface Verdict {
  readonly state: EvidenceState;
  /** Fact of the rule that decided; empty where none applied. */
  readonly detail: string;
  /** Fact of every source that reports anything, in order of precedence. */
  readonly facts: readonly Fact[];
}

/** Applies the rules in order: the first decides, and the first of each source is its fact. */
export function evaluateSet(set: SetEvidence, context: RuleContext): Verdict {
  const facts: Fact[] = [];
  let state: EvidenceState = 'absent';
  for (const rule of rules) {
    if (facts.some(({ source }) => source === rule.source)) continue;
    const fact = rule.fact(set, context);
    if (fact === null) continue;
    if (facts.length === 0) state = rule.state;
    facts.push({ source: rule.source, fact });
  }
  return { state, detail: facts[0]?.fact ?? '', facts };
}
