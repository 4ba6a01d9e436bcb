import { isLegal } from '../../diagnosis/codes.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { effectNames, effectsOf, isZero, moneyText, qualifiedText, shareOf } from './amounts.ts';

/** Severity, confidence and the basis of the amount: `error, certain (amount: estimated)`. */
export function gradeText({ severity, confidence, amount }: Finding): string {
  const bases = {
    measured: '',
    estimated: ' (amount: estimated)',
    'lower-bound': ' (amount: lower bound)',
    unknown: ' (amount: unknown)',
  } as const;
  return `${severity}, ${confidence}${bases[amount.basis]}`;
}

/** What users see: `assets -0.66; workloads and idle are right`. */
export function effectText(finding: Finding): string {
  const { effect, amount, code, variant } = finding;
  if (isLegal(code, variant)) {
    const total =
      amount.total === null
        ? ''
        : `${qualifiedText(amount.total, amount.basis)}${shareOf(finding)}; `;
    return `${total}no number is wrong`;
  }
  const wrong = effectsOf(finding).map(([name, value]) => `${name} ${moneyText(value, true)}`);
  const right = effectNames.filter((name) => {
    const value = effect[name];
    return value !== null && isZero(value) && name !== 'bill';
  });
  if (wrong.length === 0 && right.length === 0) {
    return amount.total === null ? 'amount unknown' : qualifiedText(amount.total, amount.basis);
  }
  const correct =
    right.length > 0 ? `${listText(right)} ${right.length > 1 ? 'are' : 'is'} right` : '';
  return [
    wrong.join(', ') + (wrong.length > 0 ? shareOf(finding) : ''),
    correct.replace(/^(assets|workloads) is/, '$1 are'),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** `a`, `a and b`, `a, b and c`. */
function listText(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
