import type { Confirm } from '../../src/diagnosis/codes/code.ts';
import { codeGroups, codeInfo, defaultSeverity, isLegal } from '../../src/diagnosis/codes.ts';

const head = `# Findings

Every kind of finding that kc-etl reports, generated from the record in \`src/diagnosis/codes/\`: change it there, then run
\`UPDATE_DOCS=1 npx vitest run test/diagnosis/docs.test.ts\`. \`{name}\` stands for a value of the finding.

A finding has a severity: **critical** (a day or cluster cannot be used, or the effect is at least 10 % of what the cluster cost in
a window), **error** (a number that is shown is wrong), **warning** (probably wrong, or legal and worth knowing) or **info**. A code
is *legal* where no number is wrong: an audit whose differences all come from legal codes is a Warning, never Failed. Detection runs
in the order of this page: a difference that an earlier code accounts for is left alone by later ones, every amount is claimed once,
and what remains beyond the resolution of the audit is \`unexplained\`.
`;

/** docs/findings.md, from the record of codes. */
export function findingsPage(): string {
  const groups = [...codeGroups].map(
    ([name, codes]) => `\n## ${name}\n${codes.map(section).join('')}`,
  );
  return head + groups.join('');
}

function section(code: Parameters<typeof codeInfo>[0]): string {
  const info = codeInfo(code);
  const facts = [
    `severity ${defaultSeverity(code, null)}${isLegal(code, null) ? ', legal' : ''}`,
    info.detectedBy.length > 0 ? `seen by ${info.detectedBy.join(', ')}` : 'no audit fails by it',
    `products: ${info.products.join(', ')}`,
  ];
  const variants = Object.entries(info.variants).map(
    ([name, { meaning }]) => `- variant \`${name}\`: ${meaning}\n`,
  );
  const confirm = info.confirm.map((step) => `- confirm: ${step.text} ${commandText(step)}\n`);
  const actions = info.actions.map(
    ({ text, products }) => `- do${products ? ` (${products.join(', ')})` : ''}: ${text}\n`,
  );
  const repair =
    info.repair.length > 0
      ? `- repair (kubecost-1, kubecost-2): ${info.repair.join(', then ')}\n`
      : '';
  return (
    `\n### ${code}\n\n${info.title}\n\n${info.meaning}` +
    `${info.right === null ? '' : ` What is right: ${info.right}.`}\n\n- ${facts.join('; ')}\n` +
    `${variants.join('')}${confirm.join('')}${actions.join('')}${repair}` +
    `- public reports: ${info.references.join(', ')}\n`
  );
}

function commandText(step: Confirm): string {
  if ('command' in step) return `\`${step.command}\``;
  if ('promql' in step) return `PromQL \`${step.promql}\``;
  return `\`GET ${step.api}\`${step.jq === undefined ? '' : ` and jq \`${step.jq}\``}`;
}
