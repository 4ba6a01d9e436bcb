import { isLegal } from '../../diagnosis/codes.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { windowText } from '../format.ts';
import { moneyText } from './amounts.ts';
import { effectText } from './effect-text.ts';
import { explainsFields } from './explains.ts';
import { type Field, textField } from './field.ts';
import { objectFields } from './objects.ts';
import { sinceText } from './since-text.ts';
import { stepFields } from './steps.ts';

/**
 * The fields of a finding: object, effect, reason, dates, what it explains, next steps, repair.
 *
 * @param full lists everything; otherwise the first objects, reason and next step
 */
export function findingFields(finding: Finding, full: boolean): Field[] {
  return [
    ...(full && finding.explanation !== '' ? [textField('meaning', finding.explanation)] : []),
    ...objectFields(finding, full),
    ...effectFields(finding),
    ...reasonFields(finding, full),
    textField('since', sinceText(finding)),
    ...(full && finding.windows.length > 1 ? [dailyField(finding)] : []),
    ...explainsFields(finding, full),
    ...stepFields(finding, full),
    ...(full && finding.references.length > 0
      ? [textField('see', finding.references.join(', '))]
      : []),
    ...(finding.accepted === null ? [] : [textField('accepted', finding.accepted)]),
  ];
}

function effectFields(finding: Finding): Field[] {
  return [
    textField(isLegal(finding.code, finding.variant) ? 'effect' : 'wrong', effectText(finding)),
  ];
}

function reasonFields({ evidence }: Finding, full: boolean): Field[] {
  const shown = full ? evidence : evidence.slice(0, 1);
  if (shown.length === 0) return [];
  return [
    { label: 'why', texts: shown.map(({ fact, source }) => (full ? `${fact} (${source})` : fact)) },
  ];
}

function dailyField({ windows }: Finding): Field {
  return {
    label: 'amounts',
    texts: [],
    rows: windows.map((window) => [
      windowText(window),
      window.amount === null ? 'unknown' : moneyText(window.amount, true),
    ]),
  };
}
