import type { Finding } from '../../diagnosis/schema.ts';
import { keyText, plural, windowText } from '../format.ts';
import { moneyText } from './amounts.ts';
import { briefCount, type Field, textField } from './field.ts';

/** Differences that a finding explains, and audits that it blocks. */
export function explainsFields({ explains, blocks }: Finding, full: boolean): Field[] {
  const fields: Field[] = [];
  if (full && explains.length > 0) {
    fields.push({
      label: 'explains',
      texts: [],
      rows: explains.map(({ window, type, key, amount }) => [
        `${windowText(window)} ${type} ${keyText(key)}`,
        amount === null ? 'missing value' : moneyText(amount, true),
      ]),
    });
  } else if (explains.length > 0) fields.push(textField('explains', explainsText(explains)));
  if (blocks.length > 0) {
    const types = [...new Set(blocks.map(({ type }) => type))];
    const windows = [...new Set(blocks.map(({ window }) => windowText(window)))];
    const where = windows.length === 1 ? windows[0] : plural(windows.length, 'window');
    const names = full || types.length <= briefCount ? `: ${types.join(', ')}` : '';
    fields.push(textField('blocks', `${plural(blocks.length, 'audit')} of ${where}${names}`));
  }
  return fields;
}

function explainsText(explains: Finding['explains']): string {
  const types = [...new Set(explains.map(({ type }) => type))];
  const [only] = explains;
  if (explains.length === 1 && only) {
    return `${only.type}${only.amount === null ? '' : ` ${moneyText(only.amount, true)}`}`;
  }
  const audits = types.length <= briefCount ? types.join(', ') : plural(types.length, 'audit');
  return `${plural(explains.length, 'difference')} in ${audits}`;
}
