import type { Finding } from '../../diagnosis/schema.ts';
import { timeText } from '../format.ts';
import { type Field, textField } from './field.ts';

/** Checks that confirm a finding, advice, and repairs with their deadline. */
export function stepFields({ confirm, actions }: Finding, full: boolean): Field[] {
  const checks = full ? confirm : confirm.slice(0, 1);
  const repairs = actions.filter(({ request }) => request !== null);
  const advice = actions.filter(({ request }) => request === null);
  const shown = full ? advice : advice.slice(0, repairs.length > 0 ? 0 : 1);
  return [
    ...checks.map((check) => ({ label: 'next', texts: [check.text], commands: [check.command] })),
    ...shown.map((action) => textField('fix', action.text)),
    ...repairFields(repairs),
  ];
}

/** Repairs in their order, under the deadline that they share. */
function repairFields(repairs: Finding['actions']): Field[] {
  const [first] = repairs;
  if (!first) return [];
  const deadlines = repairs.flatMap(({ before }) => (before === null ? [] : [before])).sort();
  const until =
    deadlines[0] === undefined
      ? ''
      : ` Only before ${timeText(deadlines[0], false).replace(/:00$/, '')} UTC.`;
  const texts = [...new Set(repairs.map((repair) => repair.text))];
  return [
    {
      label: 'repair',
      texts: [`${texts.join(' ')}${until}`],
      commands: repairs.flatMap(({ request }) => (request === null ? [] : [request])),
    },
  ];
}
