import { type Change, changes } from '../../audits/compare/changes.ts';
import type { ChangedFinding, FindingChanges } from '../../diagnosis/compare.ts';
import { moneyText } from '../findings/amounts.ts';
import { wrapped } from '../format.ts';
import { sanitize } from '../sanitize.ts';
import type { Theme } from '../theme.ts';

const indent = '  ';

const changeWords: Readonly<Record<Change, string>> = {
  new: 'NEW',
  worse: 'WORSE',
  better: 'better',
  fixed: 'fixed',
  unseen: 'not evaluated again',
};

/** Changed findings, worst first: change and id, title, amounts before and after. */
export function comparedFindingLines(
  findings: FindingChanges,
  width: number,
  theme: Theme,
): string[] {
  return changes.flatMap((change) =>
    findings[change].flatMap((changed) => [
      `${coloredWord(change, theme)}  ${sanitize(changed.finding.id)}`,
      ...[changed.finding.title, ...amountTexts(change, changed)].flatMap((text) =>
        wrapped(sanitize(text), width - indent.length).map((line) => indent + line),
      ),
    ]),
  );
}

function coloredWord(change: Change, theme: Theme): string {
  const word = changeWords[change];
  return change === 'new' || change === 'worse' ? theme.bad(word) : word;
}

/** `from -0.66 to -1.47 a day`; amounts that are not known are left out. */
function amountTexts(change: Change, { finding, before, after }: ChangedFinding): string[] {
  const unit = finding.windows.length > 1 ? ' a window' : '';
  const amount = change === 'new' ? after : before;
  if (change === 'new' || change === 'fixed' || change === 'unseen') {
    return amount === null
      ? []
      : [`${change === 'new' ? '' : 'was '}${moneyText(amount, true)}${unit}`];
  }
  const severity = `severity ${finding.severity}`;
  if (before === null || after === null) return [severity];
  return [`from ${moneyText(before, true)} to ${moneyText(after, true)}${unit}, ${severity}`];
}
