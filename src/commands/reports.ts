import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { cannotWrite, openTarget, type Target } from '../files/target.ts';
import type { FormatName } from '../output/formats/names.ts';
import type { RenderContext } from '../output/renderer.ts';
import type { ResultKind } from '../output/result.ts';
import { redact } from '../redaction.ts';
import type { Outcome } from './command.ts';
import type { Deps } from './deps.ts';
import type { ReportRequest } from './report-option.ts';

/** Targets that wait for a result. What was not written is gone after `close`. */
export interface Reports {
  /** The format of the report that stdout gets in place of the result; null where none does. */
  readonly onStdout: FormatName | null;
  write(outcome: Outcome, secrets: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface OpenReport {
  readonly format: FormatName;
  /** As the user wrote it, for errors. */
  readonly path: string;
  readonly target: Target;
  /** The most it may hold, in bytes. */
  readonly limit: number;
  /** What stands before the result. */
  readonly intro: (outcome: Outcome) => string;
}

const inFile: RenderContext = { columns: undefined, colorLevel: 0, unicode: true };

/** GitHub refuses a summary above 1 MiB; a step may write several. */
const summaryLimit = 900_000;

/**
 * Opens the targets of `--report`, so that a path that cannot be written is known before anything
 * runs. Regular files are replaced at the end: nobody sees half of one. Where the result is printed or
 * reported as `github`, the step summary gets it as markdown.
 *
 * @throws UsageError naming the path, or the format that cannot hold this kind of result
 */
export async function openReports(
  requests: readonly ReportRequest[],
  kind: ResultKind,
  printed: FormatName,
  deps: Pick<Deps, 'env' | 'io' | 'clock' | 'signal'>,
): Promise<Reports> {
  const { formatsOf } = await import('../output/render.ts');
  check(requests, formatsOf(kind));
  const reports: OpenReport[] = [];
  const close = async () => {
    for (const report of reports.splice(0)) await report.target.discard().catch(() => {});
  };
  try {
    for (const request of requests) {
      const report = await openOne(request, deps);
      const { path } = report.target.place;
      reports.push(report);
      if (reports.some((other) => other !== report && other.target.place.path === path)) {
        throw new UsageError(`--report: ${request.path} is named twice`);
      }
    }
    const summary = deps.env['GITHUB_STEP_SUMMARY'];
    const onGitHub = printed === 'github' || requests.some(({ format }) => format === 'github');
    if (summary && onGitHub) reports.push(await openSummary(summary));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    onStdout: reports.find(({ target }) => target.place.kind === 'stdout')?.format ?? null,
    async write(outcome, secrets) {
      while (reports[0]) {
        await writeOne(reports[0], outcome, { secrets, env: deps.env });
        reports.shift();
      }
    },
    close,
  };
}

function check(requests: readonly ReportRequest[], offered: readonly FormatName[]): void {
  const paths = new Set<string>();
  for (const { format, path } of requests) {
    if (!offered.includes(format)) {
      throw new UsageError(
        `--report: this result cannot be written as ${format}`,
        `valid formats: ${offered.join(', ')}`,
      );
    }
    if (paths.has(resolve(path))) throw new UsageError(`--report: ${path} is named twice`);
    paths.add(resolve(path));
  }
}

async function openOne(
  { format, path }: ReportRequest,
  deps: Parameters<typeof openTarget>[1],
): Promise<OpenReport> {
  const target = await openTarget(path, deps).catch((error: unknown) => {
    throw cannotWrite('--report', path, error);
  });
  return { format, path, target, limit: Number.POSITIVE_INFINITY, intro: () => '' };
}

/** The summary is GitHub's file, to which a step adds. */
async function openSummary(path: string): Promise<OpenReport> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'a').catch((error: unknown) => {
    throw cannotWrite('GITHUB_STEP_SUMMARY', path, error);
  });
  return {
    format: 'markdown',
    path,
    target: {
      place: { kind: 'file', path: resolve(path) },
      async write(data) {
        await file.writeFile(data);
        return true;
      },
      commit: () => file.close(),
      discard: () => file.close(),
    },
    limit: summaryLimit,
    intro: ({ verdict, exitCode }) =>
      verdict === undefined ? '' : `${exitCode === 0 ? '✅' : '❌'} kc-etl: ${verdict}\n\n`,
  };
}

/** @throws UsageError where the disk is full or the target cannot take it for another reason */
async function writeOne(
  { format, path, target, ...report }: OpenReport,
  outcome: Outcome,
  { secrets, env }: { readonly secrets: readonly string[]; readonly env: Deps['env'] },
): Promise<void> {
  const { render } = await import('../output/render.ts');
  const write = (text: string) =>
    target.write(text).catch((error: unknown) => {
      throw cannotWrite('--report', path, error);
    });
  const isFile = target.place.kind === 'file';
  const context = isFile ? inFile : { ...inFile, onGitHub: env['GITHUB_ACTIONS'] === 'true' };
  let left = report.limit;
  const intro = report.intro(outcome);
  if (intro) await write(intro);
  for await (const chunk of render(outcome.result, format, context)) {
    const text = redact(chunk, secrets);
    const size = Buffer.byteLength(text);
    if (size > left) {
      await write('\n… and more than a step summary can hold\n');
      break;
    }
    left -= size;
    if (!(await write(text))) break;
  }
  await target.commit().catch((error: unknown) => {
    throw cannotWrite('--report', path, error);
  });
}
