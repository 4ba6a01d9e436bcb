import { forbidsRepair } from '../../diagnosis/repair-warning.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { timeText } from '../format.ts';
import { type Field, textField } from './field.ts';

/** Checks that confirm a finding, advice, and repairs with their deadline. */
export function stepFields({ confirm, actions }: Finding, full: boolean): Field[] {
  const checks = full ? confirm : confirm.slice(0, 1);
  const repairs = actions.filter(({ request }) => request !== null);
  const warnings = actions.filter(forbidsRepair);
  const advice = actions.filter((action) => action.request === null && !forbidsRepair(action));
  const shown = full ? advice : advice.slice(0, repairs.length > 0 ? 0 : 1);
  return [
    ...checks.map((check) => ({ label: 'next', texts: [check.text], commands: [check.command] })),
    ...shown.map((action) => textField('fix', action.text)),
    ...(full ? warnings : warnings.slice(0, 1)).map(({ text }) => textField('repair', text)),
    ...(full ? repairs.map(repairField) : briefRepair(repairs)),
  ];
}

function repairField({ text, request }: Finding['actions'][number]): Field {
  return { label: 'repair', texts: [text], commands: request === null ? [] : [request] };
}

/** Repairs in their order, under the deadline that they share. */
function briefRepair(repairs: Finding['actions']): Field[] {
  if (repairs.length === 0) return [];
  const [deadline] = repairs.flatMap(({ before }) => (before === null ? [] : [before])).sort();
  const what =
    repairs.length > 1
      ? 'These requests write. Send them in this order'
      : 'This request writes. Send it';
  const until =
    deadline === undefined
      ? '.'
      : `, before ${timeText(deadline, false).replace(/:00$/, '')} UTC; later ${repairs.length > 1 ? 'they' : 'it'} would empty the set.`;
  return [
    {
      label: 'repair',
      texts: [`${what} on the cluster that built the data${until}`],
      commands: repairs.flatMap(({ request }) => (request === null ? [] : [request])),
    },
  ];
}
